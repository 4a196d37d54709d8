import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { descriptorLabel } from "../../../components/federation/secrets.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../../components/foundation/seed/derive.ts";
import type { KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import type { Fetch } from "../../../components/recovery/vault/open-vault.ts";
import { vaultKeyLabel } from "../../../components/recovery/vault/secrets.ts";
import { descriptorsOf } from "../../../scripts/directory.ts";
import { askEngine } from "../../../scripts/engine.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { stackSeed } from "../../../scripts/recovery/kit/stack-seed.ts";
import type { Surroundings } from "../../../scripts/relocate/prepare.ts";
import { putAside } from "../../../scripts/relocate/state.ts";
import { Stack, settingsFile, settingsIn } from "../../../scripts/stack.ts";
import { Metropolis, smallServices } from "../../cluster/federation/metropolis.ts";
import { askForLessProcessor } from "../../cluster/less-processor.ts";
import { applicationsOf, associationsSection, declareAssociations } from "./associations.ts";
import { coffre, coffreAt, coffreSecrets, openBucket } from "./bucket.ts";
import type { Site, TwoSites } from "./sites.ts";

/** The commune whose site is lost, and the one that keeps its copies and is linked with it. */
export const town = "millery";
export const peer = "vernaison";
export const members = [
  { id: town, insee: "69133", domain: `${town}.test` },
  { id: peer, insee: "69260", domain: `${peer}.test` },
];

/** Name of a vault of the commune. */
export type Vault = typeof peer | typeof coffre;

/** Public name of the store with the bucket, on the second site. */
const coffreHost = `coffre.${peer}.test`;

/** Folder of each service's files, the container that writes them, and its share of what is to be brought back. */
export const holders = [
  { service: "nextcloud", container: "php", folder: "/var/www/data/anna/files", files: 300, share: 0.5 },
  {
    ...{ service: "mastodon", container: "puma", folder: "/opt/mastodon/public/system/media" },
    ...{ files: 200, share: 0.15 },
  },
  { service: "peertube", container: "peertube", folder: "/data/web-videos/anna", files: 200, share: 0.15 },
] as const;

/** The share of rows, in the database of the service that people write to until the end, and of associations' files. */
const rowsShare = 0.15;
const associationsShare = 0.05;
export const written = "mastodon";

/** A commune with three services and two associations on one site, its neighbour on the other, and the commands that people have. */
export class LostTown {
  readonly metropolis: Metropolis;
  /** The seed in its kit. */
  readonly seed = randomBytes(32).toString("base64");
  readonly publicKey = publicKeyOf(Buffer.from(deriveSecret(this.seed, town, descriptorLabel), "base64url"));
  readonly vaultKey = publicKeyOf(Buffer.from(deriveSecret(this.seed, town, vaultKeyLabel), "base64url"));
  /** Applications of its associations. */
  readonly applications = applicationsOf(town, (site, ...words) => this.kubectl(site, ...words));
  private readonly dispatcher;

  /** @param vaults of its copies, the first of which gives them back. */
  constructor(
    private readonly sites: TwoSites,
    readonly vaults: readonly Vault[],
  ) {
    this.metropolis = new Metropolis(sites.spare.cluster, members);
    Object.assign(this.metropolis.project.environment, sites.environment, {
      PULUMI_BACKEND_URL: this.metropolis.project.environment.PULUMI_BACKEND_URL,
    });
    this.dispatcher = agentFor(sites.spare.doorway);
  }

  /** Brings both up: on the first site the commune, on the second its neighbour with the vault. */
  async begin(): Promise<void> {
    const { metropolis, sites, vaultKey } = this;
    // Commands render the charts of associations themselves: Helm is beside the cluster.
    process.env.PATH = metropolis.project.environment.PATH;
    metropolis.know({ [town]: { vaultKey } });
    this.declare();
    declareAssociations(join(this.place().folder, "stacks", town));
    for (const { cluster } of [sites.lost, sites.spare])
      await askForLessProcessor(cluster.environment, { operator: "In", values: metropolis.ids });
    metropolis.declare(
      peer,
      { with: "all" },
      { nextcloud: smallServices.nextcloud, recovery: { host: { [town]: { space: "8 GiB" } } } },
    );
    if (this.vaults.includes(coffre)) await openBucket(sites.spare, coffreHost, this.fetch);
    await this.makeStack(town, sites.lost);
    await stackSeed(this.place(), town).give(this.seed);
    await this.makeStack(peer, sites.spare);
    await Promise.all([town, peer].map((id) => metropolis.project.up(id)));
  }

  /** @param database more of its section. */
  declare(database: object = {}): void {
    const services = Object.fromEntries(
      Object.entries(smallServices).map(([name, section]) => [name, { ...section, storage: "3 GiB" }]),
    );
    this.metropolis.declare(
      town,
      { with: "all" },
      {
        ...services,
        database: { storage: "4 GiB", ...database },
        recovery: {
          ...{ rpo: "5 minutes", vaults: this.vaults },
          ...(this.vaults.includes(coffre) && { buckets: { [coffre]: coffreAt(coffreHost) } }),
        },
        tenants: associationsSection(town),
      },
    );
  }

  /** The stack of a commune on a site, where it is not there. */
  async makeStack(id: string, site: Site): Promise<void> {
    await this.metropolis.project.createStack(id);
    if (id === town && this.vaults.includes(coffre))
      for (const [key, value] of Object.entries(coffreSecrets))
        await this.metropolis.project.pulumi(["config", "set", "--secret", `commune:${key}`, "-s", id], {
          input: value,
        });
    for (const [key, value] of Object.entries({ ...this.sites.settings, context: site.context })) {
      await this.metropolis.project.pulumi(["config", "set", `commune:${key}`, "-s", id], { input: value });
    }
  }

  place() {
    const { folder, environment } = this.metropolis.project;
    return { folder, environment };
  }

  async kubectl(site: Site, ...words: readonly string[]): Promise<string> {
    const { environment } = this.place();
    return (await execa("kubectl", [`--context=${site.context}`, ...words], { env: environment })).stdout;
  }

  inService(
    site: Site,
    { service, container }: (typeof holders)[number],
    script: string,
    commune = town,
  ): Promise<string> {
    const deployment = service === "mastodon" ? "mastodon-web" : service;
    return this.kubectl(
      site,
      ...["-n", `${commune}-${service}`, "exec", `deployment/${deployment}`, `--container=${container}`],
      ...["--", "sh", "-euc", script],
    );
  }

  inServer(site: Site, script: string, words: readonly string[] = [], commune = town) {
    const { environment } = this.place();
    return execa(
      "kubectl",
      [
        ...[`--context=${site.context}`, "-n", `${commune}-database`, "exec", "database-0"],
        ...["--container=postgresql", "--", "bash", "-ec", script, ...words],
      ],
      { env: environment },
    );
  }

  async sql(site: Site, database: string, text: string, commune = town): Promise<string> {
    const psql = 'psql --username=postgres --tuples-only --no-align --dbname="$0" --command "$1"';
    return (await this.inServer(site, psql, [database, text], commune)).stdout.trim();
  }

  /** Files and rows of so many MiB in all; what is in them is drawn, so that nothing of it is stored once for twice. */
  async fill(site: Site, mib: number): Promise<void> {
    const rows = "AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
    for (const holder of holders) {
      const bytes = Math.round((mib * holder.share * 1024 * 1024) / holder.files);
      const { folder, files, service } = holder;
      await this.inService(
        site,
        holder,
        `mkdir -p ${folder}; for i in $(seq ${files}); do head -c ${bytes} /dev/urandom > ${folder}/$i; done`,
      );
      await this.sql(site, service, `SET ROLE ${service}; CREATE TABLE minutes ${rows}`);
    }
    for (const application of this.applications)
      await application.fill(site, (mib * associationsShare) / this.applications.length);
    const lines = Math.round(mib * rowsShare * 1024 * 32);
    await this.sql(
      site,
      written,
      `SET ROLE ${written}; CREATE TABLE filler AS SELECT string_agg(md5(random()::text), '') AS text FROM generate_series(1, ${lines}) n GROUP BY n / 32; CREATE TABLE said (n serial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())`,
    );
  }

  /**
   * Files, their sums and rows of each service and of what associations have, in one line each: all but what is written until
   * the end.
   *
   * @param commune another one that has the same, as a copy of it has.
   */
  contents(site: Site, commune = town): Promise<string[]> {
    return Promise.all([
      ...holders.map(async (holder) => {
        const files = await this.inService(
          site,
          holder,
          `cd ${holder.folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
          commune,
        );
        const rows = await this.sql(
          site,
          holder.service,
          "SELECT count(*), sum(hashtext(text)) FROM minutes",
          commune,
        );
        const filler =
          holder.service === written
            ? await this.sql(site, written, "SELECT count(*), sum(hashtext(text)) FROM filler", commune)
            : "";
        return [files.replaceAll(/\s+/g, " "), rows, filler].join(" ").trim();
      }),
      ...this.applications.map((application) => application.contents(site, commune)),
    ]);
  }

  /** Returns the status that a keeper gives of itself; undefined if it gives none yet. */
  async keeper(site: Site): Promise<KeeperStatus | undefined> {
    const words = ["exec", "keeper-0", "--container=ship", "--", "cat", "/spool/status.json"];
    const text = await this.kubectl(site, "-n", `${town}-database-keeper`, ...words).catch(() => "");
    return text === "" ? undefined : (JSON.parse(text) as KeeperStatus);
  }

  stack(): Stack {
    const { environment, folder } = this.place();
    return new Stack(town, environment, folder);
  }

  /** Through the ingress controller of the second site, which the vault is behind. */
  readonly fetch = ((address, init) =>
    undiciFetch(address, { ...init, dispatcher: this.dispatcher })) as Fetch;

  surroundings(): Surroundings & { outputsOf: () => ReturnType<Stack["outputs"]> } {
    const { environment, folder } = this.place();
    const stacks = join(folder, "stacks");
    return {
      stacks,
      outputsOf: () => this.stack().outputs(),
      stackOf: () => this.stack(),
      seedOf: (id) => stackSeed(this.place(), id),
      settingsOf: (id) => settingsIn(settingsFile(id, folder)),
      putAside: (id) =>
        putAside((words, input) => askEngine(this.place(), words, input), id, join(folder, "aside")),
      kubectl: async (words, input) =>
        (await execa("kubectl", words, { env: environment, ...(input !== undefined && { input }) })).stdout,
      fetch: this.fetch,
      descriptors: (asked) => descriptorsOf(stacks, asked, this.sites.spare.doorway),
      now: () => new Date(),
    };
  }

  settings(): string {
    return readFileSync(settingsFile(town, this.place().folder), "utf8");
  }

  async end(): Promise<void> {
    await this.dispatcher.close();
    this.metropolis.remove();
  }
}
