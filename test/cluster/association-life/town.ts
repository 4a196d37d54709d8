import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { expect, vi } from "vitest";
import type { Fetch } from "../../../components/recovery/vault/open-vault.ts";
import { databaseName } from "../../../components/tenants/applications/database.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { olderRecipes, olderSpatialRecipes, spatialRecipes } from "../../../local/images/images.ts";
import { buildImages } from "../../../local/images/index.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { mobilizonRecipe } from "../../doubles/mobilizon/recipe.ts";
import { Metropolis } from "../federation/metropolis.ts";
import { type Hosting, pointTools, told } from "../hosting.ts";
import type { Project } from "../project.ts";

/** The commune that hosts. */
export const commune = "life-town";
/** The commune that keeps its copies. */
export const host = "refuge-town";

/** The associations: one that lives and leaves, one that is pages alone, and the first one again where it arrives. */
export type Association = "chorale" | "cinema" | "theatre";

interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The file of the association that lives here: every kind of application, rows on both engines. */
export const choraleText = (postgresql: string) =>
  tenantText(
    "chorale",
    `applications: { wordpress: {}, dokuwiki: { access: public }, radicale: { access: members }, mobilizon: {} }
postgresql: { storage: 1 GiB, ${postgresql} }
`,
    "large",
  );

/**
 * A commune with associations, on MariaDB and on PostgreSQL with PostGIS, and one that keeps its copies; both brought up
 * once. Servers are real; Mobilizon is a double.
 */
export class Town {
  readonly domain = `assos-${commune}.test`;
  /** Addresses of an association's applications. */
  readonly site = `https://chorale.${this.domain}`;
  readonly wiki = `https://wiki.chorale.${this.domain}`;
  /** Address of the post that it has written. */
  post = "";
  private readonly metropolis: Metropolis;
  private readonly dispatcher: ReturnType<typeof agentFor>;
  private applied: Hosting | undefined;

  constructor(private readonly cluster: Cluster) {
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    this.dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
    this.metropolis = new Metropolis(cluster, [
      { id: commune, insee: "69029", domain: `${commune}.test` },
      { id: host, insee: "69123", domain: `${host}.test` },
    ]);
  }

  get project(): Project {
    return this.metropolis.project;
  }

  /** Surroundings of commands of associations and restore points. */
  get hosting(): Hosting {
    if (this.applied === undefined) throw new Error(`${commune} is not up`);
    return this.applied;
  }

  async begin(): Promise<void> {
    await this.bringImages();
    const { project, metropolis } = this;
    metropolis.know({ [commune]: { stack: commune } });
    metropolis.declare(host, { with: "all" }, { recovery: { host: { [commune]: { space: "1 GiB" } } } });
    project.declare(
      commune,
      `id: ${commune}
name: Life Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: ${this.domain}, mariadb: { memory: 256 MiB, storage: 1 GiB } }
recovery: { vaults: [${host}] }
`,
    );
    mkdirSync(join(project.folder, "stacks", commune, "tenants"));
    writeFileSync(this.file("chorale"), choraleText('version: "15"'));
    writeFileSync(this.file("cinema"), tenantText("cinema"));
    for (const id of [commune, host]) await metropolis.createStack(id);
    for (const id of [commune, host]) await project.up(id);
    const outputs = JSON.parse(
      await project.succeed("stack", "output", "--json", "--show-secrets", "-s", commune),
    ) as Outputs;
    const { dispatcher } = this;
    const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;
    this.applied = { project, outputs, host, fetch };
    await this.comes(`${this.site}/`, 200);
    await this.comes(`${this.wiki}/health.php`, 200);
  }

  async end(): Promise<void> {
    await this.dispatcher.close();
    await this.project.end(commune, host);
  }

  /** Applies what is declared. */
  up() {
    return this.project.up(commune);
  }

  /** The association's file. */
  file(id: Association): string {
    return join(this.project.folder, "stacks", commune, "tenants", `${id}.yaml`);
  }

  rewrite(id: Association, change: (text: string) => string): void {
    writeFileSync(this.file(id), change(readFileSync(this.file(id), "utf8")));
  }

  /** Changes the commune's own declaration. */
  declare(change: (text: string) => string): void {
    const path = join(this.project.folder, "stacks", commune, "commune.yaml");
    writeFileSync(path, change(readFileSync(path, "utf8")));
  }

  asked(url: string, init: Request = {}) {
    return undiciFetch(url, { dispatcher: this.dispatcher, redirect: "manual", ...init });
  }

  /** Waits until an address answers so. */
  comes(url: string, status: number): Promise<void> {
    return vi.waitFor(async () => expect((await this.asked(url)).status, url).toBe(status), {
      timeout: 60_000,
      interval: 1000,
    });
  }

  /** Address of an association's agenda. */
  agenda(id: Association): string {
    return `https://agenda-public.${id}.${this.domain}/`;
  }

  /** Waits until an agenda shows a text. */
  shows(id: Association, text: string): Promise<void> {
    const shown = async () => (await this.asked(this.agenda(id))).text();
    return vi.waitFor(async () => expect(await shown()).toContain(text), {
      timeout: 120_000,
      interval: 1000,
    });
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return (await execa("kubectl", words, { env: this.project.environment })).stdout;
  }

  /** Runs a shell line in an application of the association that lives here. */
  inPod(application: string, script: string): Promise<string> {
    const where = [`deployment/t-chorale-${application}`, "-c", application];
    return this.kubectl("exec", "-n", `${commune}-t-chorale`, ...where, "--", "sh", "-c", script);
  }

  /** Sums of every file that the association brought, by path. */
  async files() {
    return {
      uploads: await this.inPod(
        "wordpress",
        "cd /usr/src/wordpress/wp-content/uploads && find . -type f -not -path './.restore-*' | sort | xargs sha256sum",
      ),
      pages: await this.inPod(
        "dokuwiki",
        "cd /storage/data/pages && find . -type f | sort | xargs sha256sum",
      ),
      accounts: await this.inPod("dokuwiki", "sha256sum /storage/conf/users.auth.php"),
    };
  }

  /** Name of an application's database, which is its user's too. */
  database(id: Association, application: string): string {
    return databaseName({ commune, id }, application);
  }

  /** Asks the server that associations share, or one of their own, as its superuser. Returns a line for each row. */
  mariadb(sql: string, { server = "mariadb", database }: { server?: string; database?: string } = {}) {
    return this.kubectl(
      ...["exec", "-n", `${commune}-${server}`, `${server}-0`, "-c", "mariadb", "--", "bash", "-c"],
      `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb --socket=/run/mysqld/mysqld.sock --user=root --default-character-set=utf8mb4 --skip-column-names --execute "$@"`,
      ...["-", sql, ...(database === undefined ? [] : [database])],
    );
  }

  /** The rows of some tables of the site's database, or of all, as one text. */
  rows(...tables: string[]): Promise<string> {
    const script = `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --skip-dump-date --skip-extended-insert "$@"`;
    const words = ["bash", "-c", script, "-", this.database("chorale", "wordpress"), ...tables];
    return this.kubectl("exec", "-n", `${commune}-mariadb`, "mariadb-0", "-c", "mariadb", "--", ...words);
  }

  /** Returns the answer of an association's own PostgreSQL to its superuser. */
  postgresql(id: Association, sql: string, database = this.database(id, "mobilizon")): Promise<string> {
    return this.kubectl(
      ...["exec", "-n", `${commune}-pg--${id}`, "database-0", "-c", "postgresql", "--"],
      ...["psql", "-U", "postgres", "-At", "-d", database, "-c", sql],
    );
  }

  /** Returns the titles and places of an agenda's events. */
  events(id: Association): Promise<string> {
    return this.postgresql(id, "SELECT title, ST_AsText(place) FROM events ORDER BY id");
  }

  /** Databases and roles that somebody made on an association's PostgreSQL. */
  made(id: Association): Promise<string> {
    return this.postgresql(
      id,
      "SELECT datname FROM pg_database WHERE datname LIKE 't%' AND NOT datistemplate UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 't%' ORDER BY 1",
      "postgres",
    );
  }

  /** Takes a restore point of one application. @returns its id. */
  async point(id: Association, application: string): Promise<string> {
    const service = `t-${id}-${application}`;
    const words = ["point", commune, "--service", service];
    const said = await told(recoveryCommand(pointTools(this.hosting)), words);
    return new RegExp(`${service}: (?:\\S+ )*(\\S+-\\d{6})$`, "m").exec(said)?.[1] ?? said;
  }

  /** Images that only this town needs. */
  private async bringImages(): Promise<void> {
    const silent = { report: () => undefined, signal: new AbortController().signal };
    const made = [...spatialRecipes, ...olderSpatialRecipes, ...olderRecipes, mobilizonRecipe];
    const [toolchain, images] = [await buildToolchain(silent), await buildImages(silent, made)];
    await this.cluster.up({ toolchain, images, domains: [], ...silent });
  }
}
