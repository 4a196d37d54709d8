import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { postgresqlImage } from "../../../components/foundation/image/catalogue.ts";
import { labelsOf, namespaceOf, type Workload } from "../../../components/foundation/manifest/labels.ts";
import { resourceRequirements } from "../../../components/foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../../components/foundation/manifest/security.ts";
import { namespaceManifests } from "../../../components/foundation/namespace/manifests.ts";
import { allowFrom, allowTo } from "../../../components/foundation/network-policy/manifests.ts";
import { apiServerOf, type Site } from "../../../components/foundation/site/site.ts";
import {
  clusterNetworkPolicies,
  clusterSecret,
  databaseCluster,
} from "../../../components/platform/database/cluster.ts";
import {
  clusterName,
  type DatabaseSpec,
  databaseConnection,
  databasePort,
  serverUid,
  serverWorkload,
} from "../../../components/platform/database/manifests.ts";
import { clusterQuota } from "../../../components/platform/database/sizing.ts";
import { toolkitTemplate } from "../../../local/template.ts";
import type { Kubectl } from "../../kubectl.ts";
import {
  acknowledgedIn,
  type Evidence,
  type Fault,
  type Loss,
  lastFailure,
  longestGap,
  lostOf,
} from "./evidence.ts";

const minute = 60_000;

/** A server's pod, as far as the trial looks at it. */
const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
      spec: z.object({ nodeName: z.string().default("") }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
});
type Pod = z.output<typeof pods>["items"][number];

/** Three PostgreSQL servers in a namespace of their own, made as a commune's are, and one writer. */
export class DatabaseTrial {
  readonly namespace: string;
  private readonly spec: DatabaseSpec;
  private readonly writer: Workload;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly site: Site,
    /** Called with each step. */
    private readonly report: (step: string) => void,
  ) {
    // A name that nobody has: what is removed afterwards was made here.
    const of = { commune: "site-check", server: randomBytes(4).toString("hex") };
    this.namespace = namespaceOf({ commune: of.commune, service: of.server });
    this.spec = {
      ...{ ...of, major: "17", availability: "node-loss", upgradeFrom: undefined },
      ...{ memoryMiB: 256, storageGiB: 1, storageClass: site.storageClass },
    };
    const { commune, server: service } = of;
    this.writer = { commune, service, component: "writer", software: "postgresql", data: "none" };
  }

  /** Makes servers and writer, and waits until it writes. Throws why it does not within a quarter of an hour. */
  async open(): Promise<void> {
    const { spec, site } = this;
    const { commune, server: service } = spec;
    const [server, password] = [serverWorkload(spec), randomBytes(18).toString("base64url")];
    const operator = { namespace: site.operatorNamespace, apiServer: apiServerOf(site) };
    const quota = clusterQuota(spec);
    await this.apply(namespaceManifests({ commune, service, data: "none", quota, dns: site.dns }));
    await this.apply([
      clusterSecret(spec, password),
      ...clusterNetworkPolicies(spec, operator),
      allowTo([this.writer], server, databasePort),
      allowFrom([this.writer], server, databasePort),
      databaseCluster(spec),
    ]);
    this.report(`three PostgreSQL servers are made in the namespace ${this.namespace}`);
    await this.until("three servers serve", 15 * minute, async () => (await this.servers()).length === 3);
    await this.apply([this.writerPod()]);
    await this.until("the writer writes", 3 * minute, async () => (await this.writes()).length > 20);
  }

  /** Loses the server that takes writes, and waits until another takes them and three are back. */
  async lose(
    fault: Fault,
    act: (primary: string, node: string) => Promise<boolean>,
  ): Promise<Loss | undefined> {
    await this.until("two servers confirm what the third writes", 5 * minute, async () => {
      const { name } = await this.primary();
      const confirming = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
      return (await this.inServer(name, confirming)) === "2";
    });
    const { name, node } = await this.primary();
    const from = await this.clock();
    if (!(await act(name, node))) return undefined;
    this.report(`${fault}: ${name} on ${node}`);
    // A server that ends takes writes for some seconds more. One that is back at once is not missed.
    await this.until("a write fails", minute / 2, async () => lastFailure(await this.log()) > from).catch(
      (error: unknown) => {
        if (this.kubectl.interrupted) throw error;
      },
    );
    await this.until("writes are acknowledged again", 10 * minute, async () => {
      const [now, log] = [await this.clock(), await this.log()];
      const last = acknowledgedIn(log).at(-1)?.at ?? 0;
      return last > Math.max(lastFailure(log), now - 3000);
    });
    // A node that is off stays off until a person switches it on.
    const expected = fault === "node powered off" ? 2 : 3;
    await this.until(
      "the servers are back",
      15 * minute,
      async () => (await this.servers()).length >= expected,
    );
    // A server that is killed is ready for some seconds more.
    let writable = 0;
    await this.until("every server answers", 10 * minute, async () => {
      writable = await this.writable(expected);
      return true;
    });
    const to = await this.clock();
    return {
      ...{ fault, primary: name, node, at: new Date(from).toISOString() },
      seconds: longestGap(await this.writes(), from, to),
      successor: (await this.primary()).name,
      writable,
    };
  }

  /** Kills the process of a server. Returns whether it was done. */
  async killPostmaster(primary: string): Promise<boolean> {
    const kill = 'kill -9 "$(head -n 1 /var/lib/postgresql/data/pgdata/postmaster.pid)"';
    await this.kubectl.text([...this.at("exec", primary), "--container=postgres", "--", "sh", "-c", kill]);
    return true;
  }

  /** Deletes a server's pod. @param isForced without its knowing. */
  async deletePod(primary: string, isForced: boolean): Promise<boolean> {
    const how = isForced ? ["--grace-period=0", "--force"] : [];
    await this.kubectl.text([...this.at("delete", "pod", primary), "--wait=false", ...how]);
    return true;
  }

  /** Returns everything that was seen. */
  async evidence(losses: readonly Loss[], kubernetes: string, operator: string): Promise<Evidence> {
    const servers = await this.servers();
    const writes = await this.writes();
    const there = await this.inWriter("SELECT number FROM written");
    return {
      at: new Date().toISOString(),
      ...{ kubernetes, operator, image: databaseCluster(this.spec).spec.imageName },
      nodes: servers.map(({ spec }) => spec.nodeName),
      losses: [...losses],
      acknowledged: writes.length,
      lost: lostOf(writes, there.split("\n").filter(Boolean).map(Number)),
    };
  }

  private writerPod() {
    const { spec, writer, namespace } = this;
    const { host } = databaseConnection(spec, "postgres");
    return {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: { name: "writer", namespace, labels: labelsOf(writer) },
      spec: {
        ...podBaseline(serverUid),
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "writer",
            image: postgresqlImage(spec.major),
            command: ["bash", "-c", toolkitTemplate("scripts/site/database/write.bash")],
            env: [
              ...Object.entries({ PGHOST: host, PGUSER: "postgres", PGDATABASE: "postgres" }).map(
                ([name, value]) => ({ name, value }),
              ),
              {
                name: "PGPASSWORD",
                valueFrom: { secretKeyRef: { name: "database-superuser", key: "password" } },
              },
            ],
            resources: resourceRequirements({ cpu: 0.05, requestMiB: 32, limitMiB: 128 }),
            securityContext: containerSecurity,
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
      },
    };
  }

  /** Servers that are ready. */
  private async servers(): Promise<Pod[]> {
    const selector = `--selector=cnpg.io/cluster=${clusterName},cnpg.io/podRole=instance`;
    const { items } = pods.parse(await this.kubectl.json(this.at("get", "pods", selector)));
    return items.filter(({ status }) =>
      status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
    );
  }

  private async primary(): Promise<{ name: string; node: string }> {
    const servers = await this.servers();
    const found = servers.find(({ metadata }) => metadata.labels["cnpg.io/instanceRole"] === "primary");
    if (found === undefined) throw new Error(`no server in ${this.namespace} takes writes`);
    return { name: found.metadata.name, node: found.spec.nodeName };
  }

  /** Returns how many servers say that they take writes. Throws if fewer answer than are expected. */
  private async writable(expected: number): Promise<number> {
    const servers = await this.servers();
    if (servers.length < expected) throw new Error(`${servers.length} servers are ready`);
    const answers = await Promise.all(
      servers.map(({ metadata: { name } }) => this.inServer(name, "SELECT pg_is_in_recovery()")),
    );
    return answers.filter((answer) => answer === "f").length;
  }

  /** Asks one server, on its socket. */
  private async inServer(name: string, statement: string): Promise<string> {
    const words = ["psql", "-U", "postgres", "-d", "postgres", "-Atc", statement];
    const said = await this.kubectl.text([
      ...this.at("exec", name),
      ...["--container=postgres", "--", ...words],
    ]);
    return said.trim();
  }

  private async writes() {
    return acknowledgedIn(await this.log());
  }

  private log(): Promise<string> {
    return this.kubectl.text(this.at("logs", "writer", "--tail=-1"));
  }

  /** Clock of the node that the writer is on, milliseconds. */
  private async clock(): Promise<number> {
    return Number(await this.kubectl.text([...this.at("exec", "writer"), "--", "date", "+%s%3N"]));
  }

  private async inWriter(statement: string): Promise<string> {
    const words = ["--", "psql", "--no-psqlrc", "-Atc", statement];
    return this.kubectl.text([...this.at("exec", "writer"), ...words]);
  }

  private at(...words: readonly string[]): string[] {
    return [...words, `--namespace=${this.namespace}`];
  }

  private async until(what: string, patience: number, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + patience;
    let last = "";
    for (;;) {
      const is = await holds().catch((error: unknown) => {
        if (this.kubectl.interrupted) throw error;
        last = ` (${error instanceof Error ? error.message : error})`;
        return false;
      });
      if (is) return;
      if (Date.now() > end) throw new Error(`after ${patience / minute} minutes, not yet: ${what}${last}`);
      await sleep(1000);
    }
  }

  private async apply(items: readonly object[]): Promise<void> {
    await this.kubectl.text(["apply", "--server-side", "--force-conflicts", "--filename=-"], {
      ...{ apiVersion: "v1", kind: "List", items },
    });
  }
}
