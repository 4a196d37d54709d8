import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { reconcilerPort } from "../../../components/federation/settings.ts";
import { type FederationStatus, statusKey, statusName } from "../../../components/federation/status.ts";
import type { LinkedKind } from "../../../components/services/list.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { rangeOf } from "../../../local/cluster/network.ts";
import { Project } from "../project.ts";

/** All three services, as small as they can be. */
export const smallServices = {
  nextcloud: { expectedUsers: 5, storage: "1 GiB", apps: [] },
  mastodon: { expectedUsers: 5, storage: "1 GiB" },
  peertube: { expectedViewers: 5, storage: "1 GiB" },
};

/** Communes on one local cluster, each with a stack of its own, as small as they can be. */
export class Metropolis {
  readonly project: Project;

  /** @param from the checkout whose program runs; this one if absent. */
  constructor(
    private readonly cluster: Cluster,
    private readonly members: readonly { id: string; insee: string; domain: string }[],
    from?: string,
  ) {
    this.project = new Project(cluster.environment, from);
    const stacks = join(this.project.folder, "stacks");
    rmSync(stacks, { recursive: true });
    for (const { id } of members) mkdirSync(join(stacks, id), { recursive: true });
    this.know({});
  }

  get ids(): string[] {
    return this.members.map(({ id }) => id);
  }

  /** Writes the metropolis, with what else is known of some of its members: a public key, a stack. */
  know(
    more: Readonly<Record<string, { publicKey?: string; vaultKey?: string; stack?: string }>>,
    members: readonly string[] = this.ids,
  ): void {
    const entries = this.members
      .filter(({ id }) => members.includes(id))
      .map(({ id, insee, domain }) => [
        id,
        { name: id, insee, domain, contact: `numerique@${domain}`, ...more[id] },
      ]);
    writeFileSync(
      join(this.project.folder, "stacks", "federation.yaml"),
      yaml.dump({ name: "Essai", members: Object.fromEntries(entries) }),
    );
  }

  /** Writes what a commune declares: its services, all three unless others are given, and its peers. */
  declare(id: string, federation: object, services: object = smallServices): void {
    const member = this.members.find((one) => one.id === id);
    if (member === undefined) throw new Error(`${id} is no member`);
    const declaration = {
      ...member,
      name: id,
      population: 100,
      contact: `numerique@${member.domain}`,
      ...services,
      federation: { period: "1 minute", ...federation },
    };
    writeFileSync(join(this.project.folder, "stacks", id, "commune.yaml"), yaml.dump(declaration));
  }

  /** Creates the stack of a commune that finds its peers on the same cluster. */
  async createStack(id: string): Promise<void> {
    await this.project.createStack(id, {
      privatePeers: rangeOf(this.cluster.layout.network.ingress),
      authority: readFileSync(this.cluster.caFile, "utf8"),
    });
  }

  async kubectl(...words: string[]): Promise<string> {
    const { stdout } = await execa("kubectl", words, { env: this.cluster.environment });
    return stdout;
  }

  /** Returns what a commune's reconciler says of its links. */
  async status(id: string): Promise<FederationStatus> {
    const path = `jsonpath={.data.${statusKey.replace(".", "\\.")}}`;
    const text = await this.kubectl("-n", `${id}-federation`, "get", "configmap", statusName, "-o", path);
    return JSON.parse(text) as FederationStatus;
  }

  /** Returns what a commune's reconciler tells a Prometheus. */
  metrics(id: string): Promise<string> {
    const program = `fetch("http://127.0.0.1:${reconcilerPort}/metrics").then(async (told) => console.log(await told.text()))`;
    return this.kubectl(
      ...["-n", `${id}-federation`, "exec", "deployment/federation", "--", "node", "-e", program],
    );
  }

  /** Counts the runs of a commune's reconciler since it began. */
  async runs(id: string): Promise<number> {
    return Number(/^commune_federation_runs_total (\d+)$/m.exec(await this.metrics(id))?.[1]);
  }

  /** `documents: accepted, …` of one commune's link with another. */
  async states(id: string, peer: string): Promise<Partial<Record<LinkedKind, string>>> {
    const found = (await this.status(id).catch(() => ({}) as FederationStatus))[peer];
    return Object.fromEntries(
      Object.entries(found?.services ?? {}).map(([service, { state }]) => [service, state]),
    );
  }

  /** Takes all of a commune's pods away, as an outage of its site would, or lets them come back. */
  async outage(id: string, is: "on" | "off"): Promise<void> {
    const namespaces = ["federation", "nextcloud", "mastodon", "peertube"].map((name) => `${id}-${name}`);
    const replicas = is === "on" ? 0 : 1;
    await Promise.all(
      namespaces.map((namespace) =>
        this.kubectl("-n", namespace, "scale", "deployment", "--all", `--replicas=${replicas}`),
      ),
    );
  }

  /** Runs Nextcloud's background jobs now, between the minutes at which they run anyway. */
  async runJobs(id: string): Promise<void> {
    const jobs = "php -f cron.php; php occ dav:sync-system-addressbook; php occ federation:sync-addressbooks";
    await this.kubectl(
      ...["-n", `${id}-nextcloud`, "exec", "deployment/nextcloud", "--container=php", "--"],
      ...["sh", "-c", `cd /var/www/html && { ${jobs}; } > /dev/null`],
    );
  }

  remove(): void {
    this.project.remove();
  }
}
