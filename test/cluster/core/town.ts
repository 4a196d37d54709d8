import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../../components/foundation/seed/derive.ts";
import { vaultKeyLabel } from "../../../components/recovery/vault/secrets.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { rangeOf } from "../../../local/cluster/network.ts";
import { relayIn } from "../../../scripts/demo/tour/mailbox.ts";
import type { Doorway } from "../../../scripts/look/doorway.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { type Changes, Project } from "../project.ts";
import { commune, neighbour } from "./communes.ts";

const seed = Buffer.alloc(32, 23).toString("base64");
const vaultKey = publicKeyOf(Buffer.from(deriveSecret(seed, commune, vaultKeyLabel), "base64url"));

/** Sections that it declares here beside what stands in stacks/. */
const more = `
directory: {}
identity: {}
mail: { relay: ${relayIn(`${commune}-letters`).host}, port: ${relayIn(`${commune}-letters`).port}, encryption: none }
tenants: { domain: assos-${commune}.test }
recovery: { vaults: [${neighbour}] }
`;

/**
 * Two linked communes on one cluster, brought up once for all tests of the core: with every service, an association, a
 * directory and a login, and a vault. Their pods ask for as much of the processor as on a commune's machine.
 */
export class Core {
  readonly project: Project;
  /** Resources of the whole commune, known when it is up. */
  resources = 0;

  constructor(readonly cluster: Cluster) {
    this.project = new Project(cluster.environment);
  }

  /** Brings both up, side by side. */
  async begin(): Promise<void> {
    const { project, cluster } = this;
    const settings = {
      privatePeers: rangeOf(cluster.layout.network.ingress),
      authority: readFileSync(cluster.caFile, "utf8"),
    };
    this.knowKey();
    // Nobody waits here for five minutes until a link is looked at.
    const often = (text: string) =>
      text.replace(/federation: \{ (.*) \}/, "federation: { $1, period: 10 seconds }");
    this.declare(commune, (text) =>
      often(text).replace("peertube: {}", 'peertube: { version: "8.2.4" }').concat(more),
    );
    this.declare(neighbour, (text) => `${often(text)}recovery: { host: { ${commune}: { space: 4 GiB } } }\n`);
    const tenants = join(project.folder, "stacks", commune, "tenants");
    mkdirSync(tenants);
    writeFileSync(
      join(tenants, "chorale.yaml"),
      tenantText("chorale", "applications: { site: {}, dokuwiki: { access: members } }\n"),
    );
    for (const id of [commune, neighbour]) await project.createStack(id, settings);
    await project.pulumi(["config", "set", "--secret", "commune:seed", "-s", commune], { input: seed });
    const [changes] = await Promise.all([this.up(), project.up(neighbour)]);
    this.resources = changes.created ?? 0;
  }

  /** Writes the commune's key into the metropolis: its neighbour's vault opens for who signs with it. */
  private knowKey(): void {
    const file = join(this.project.folder, "stacks", "federation.yaml");
    const { members, ...rest } = yaml.load(readFileSync(file, "utf8")) as {
      members: Record<string, object>;
    };
    const known = { ...members, [commune]: { ...members[commune], vaultKey } };
    writeFileSync(file, yaml.dump({ ...rest, members: known }));
  }

  /** Changes a commune's declaration. */
  declare(id: string, change: (text: string) => string): void {
    this.project.edit(`stacks/${id}/commune.yaml`, change);
  }

  /** Applies the commune. */
  up(...words: readonly string[]): Promise<Changes> {
    return this.project.up(commune, ...words);
  }

  end(): Promise<void> {
    return this.project.end(commune, neighbour);
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    const { stdout } = await execa("kubectl", words, { env: this.cluster.environment });
    return stdout;
  }

  /** Returns objects of some kinds of a commune, by kind and name. */
  async objects(kinds: string, id = commune): Promise<string[]> {
    const listed = await this.kubectl(
      ...["get", kinds, "--all-namespaces", `--selector=commune.cloud/commune=${id}`],
      '--output=jsonpath={range .items[*]}{.kind} {.metadata.name}{"\\n"}{end}',
    );
    return listed.split("\n").filter(Boolean);
  }

  /** Returns what PostgreSQL answers, unaligned. */
  sql(database: string, statement: string, id = commune): Promise<string> {
    return this.kubectl(
      ...["exec", "-n", `${id}-database`, "database-0", "--container=postgresql", "--"],
      ...["psql", "-U", "postgres", "-d", database, "-Atc", statement],
    );
  }

  /** Runs a script in the pod of the commune's Nextcloud. */
  inPhp(script: string): Promise<string> {
    return this.kubectl(
      ...["exec", "-n", `${commune}-nextcloud`, "deployment/nextcloud", "--container=php", "--"],
      ...["sh", "-euc", script],
    );
  }

  async outputs(id = commune): Promise<Outputs> {
    return JSON.parse(await this.project.succeed("stack", "output", "--json", "--show-secrets", "-s", id));
  }

  get doorway(): Doorway {
    if (!this.cluster.endpoints) throw new Error("the cluster is not up");
    const { hostname, port } = new URL(this.cluster.endpoints.https);
    return { address: { host: hostname, port: Number(port) }, caFile: this.cluster.caFile };
  }
}
