import { readFileSync } from "node:fs";
import { execa } from "execa";
import { type Cluster, openCluster } from "../../../local/cluster/index.ts";
import { rangeOf } from "../../../local/cluster/network.ts";
import { buildImages } from "../../../local/images/index.ts";
import { runTasks } from "../../../local/listing.ts";
import { everyReference } from "../../../local/recipes.ts";
import { localTasks, madeHere } from "../../../local/tasks.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import type { Doorway } from "../../../scripts/look/doorway.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import { Project } from "../../cluster/project.ts";
import { doubleObjects } from "../../doubles/cloudnative-pg/install.ts";
import { cloudnativePgRecipe } from "../../doubles/cloudnative-pg/recipe.ts";
import { until } from "../relocate/steps.ts";
import { askedTable } from "./servers.ts";

/** Images that three services run whose rows and queues are on several nodes. */
const needed =
  /\/(postgres:17|valkey|haproxy|nginx-unprivileged|node|nextcloud|mastodon|mastodon-streaming|peertube)[:.]/;

const gibibyte = 1024 ** 3;

/** The commune that is written to. */
export const town = "pierre-benite";

/** Suffixes of the namespaces whose pods have files on a volume of one node. */
const holders = ["nextcloud", "mastodon", "peertube"] as const;

/** Declaration: rows and queues on three nodes, files on volumes. */
const declaration = `id: ${town}
name: Pierre-Bénite
insee: "69152"
domain: ${town}.test
population: 10000
contact: numerique@${town}.test
availability: node-loss
nextcloud: { storage: 1 GiB, apps: [] }
mastodon: {}
peertube: {}
`;

/** A commune on a cluster of three nodes of this machine. */
export class Town {
  readonly cluster: Cluster = openCluster("node-loss", { nodes: { count: 3, memory: 4 * gibibyte } });
  private project: Project | undefined;

  /** Brings the cluster up, the double of the operator, and the commune. */
  async begin(report: (line: string) => void): Promise<void> {
    const { cluster } = this;
    const { signal } = new AbortController();
    const images = madeHere(everyReference.filter((name) => needed.test(name)));
    const domains = [`${town}.test`];
    await runTasks(localTasks({ cluster, images, domains, plugins: "local", signal }));
    const silent = { report: () => undefined, signal };
    const more = await buildImages(silent, [cloudnativePgRecipe]);
    await cluster.up({ toolchain: await buildToolchain(silent), images: more, domains, ...silent });
    await execa("kubectl", ["apply", "--server-side", "--filename=-"], {
      ...{ env: cluster.environment },
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items: doubleObjects() }),
    });
    await this.kubectl(
      ...["rollout", "status", "-n", "cnpg-system", "deployment/cnpg-controller-manager", "--timeout=300s"],
    );
    report("three nodes are up, with the double of the operator");
    const project = new Project(cluster.environment);
    this.project = project;
    project.declare(town, declaration);
    await project.createStack(town, {
      ...{ nodes: "3", privatePeers: rangeOf(cluster.layout.network.ingress) },
      authority: readFileSync(cluster.caFile, "utf8"),
    });
    await project.up(town);
    await this.sql(askedTable);
    report(`${town} is up`);
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return (await execa("kubectl", words, { env: this.cluster.environment })).stdout;
  }

  /** Runs a statement on the server that takes writes. */
  async sql(statement: string): Promise<string> {
    const namespace = `--namespace=${town}-database`;
    const primary = await this.kubectl(
      ...["get", "pods", namespace, "--selector=cnpg.io/instanceRole=primary"],
      "--output=jsonpath={.items[0].metadata.name}",
    );
    return this.kubectl(
      ...["exec", namespace, primary.trim(), "--container=postgres", "--"],
      ...["psql", "-U", "postgres", "-Atc", statement],
    );
  }

  /** Waits until two servers confirm what the third writes: the next loss takes nothing with it then. */
  async whole(): Promise<void> {
    const confirming = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
    await until("two servers confirm what the third writes", 600, async () =>
      (await this.sql(confirming)).trim() === "2" ? true : undefined,
    );
  }

  /** Returns the services whose files are on a volume of a node. */
  async filesOn(node: string): Promise<string[]> {
    const each = holders.map(async (service) => {
      const places = await this.kubectl(
        ...["get", "pods", `--namespace=${town}-${service}`, "--field-selector=status.phase=Running"],
        ...["--selector=app.kubernetes.io/component=web", "--output=jsonpath={.items[*].spec.nodeName}"],
      );
      return places.split(" ").includes(node) ? [service] : [];
    });
    return (await Promise.all(each)).flat();
  }

  async outputs(): Promise<Outputs> {
    if (this.project === undefined) throw new Error(`${town} is not up.`);
    return JSON.parse(await this.project.succeed("stack", "output", "--json", "--show-secrets", "-s", town));
  }

  get doorway(): Doorway {
    const { hostname, port } = new URL(this.cluster.endpoints?.https ?? "");
    return { address: { host: hostname, port: Number(port) }, caFile: this.cluster.caFile };
  }

  async end(): Promise<void> {
    this.project?.remove();
    await this.cluster.reset();
  }
}
