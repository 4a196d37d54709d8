import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import { portal } from "../../components/portal/town.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { Server } from "../mastodon/server.ts";
import { Inside, Visitor } from "../peertube/instance.ts";
import { Plugins } from "../peertube/plugins.ts";
import { Project } from "../project.ts";
import { Letters } from "./letters.ts";

/** The versions that the town begins with, and those that it goes to. */
export const old = { nextcloud: "32.0.13", mastodon: "4.5.9", peertube: "8.2.4" };
export const next = { nextcloud: "33.0.7", mastodon: "4.6.5", peertube: "8.3.1" };

/** Fields of the town's declaration that change. */
interface Declared {
  versions: typeof old;
  registrations: "closed" | "approval";
  /** Versions of secrets. */
  secrets: Readonly<Record<string, number>>;
}

/** A commune with all three services at versions of before, and an association that has a channel: brought up once. */
export class Town {
  readonly commune = "social-town";
  readonly project: Project;
  readonly server: Server;
  readonly visitor: Visitor;
  readonly inside: Inside;
  readonly plugins: Plugins;
  readonly letters: Letters;
  /** A film of 40 MiB. */
  readonly film = randomBytes(40 * 1024 * 1024);
  #declared: Declared = { versions: old, registrations: "closed", secrets: {} };
  #root: { authorization: string } | undefined;
  #video: string | undefined;

  constructor(readonly cluster: Cluster) {
    const { commune } = this;
    this.project = new Project(cluster.environment);
    this.server = new Server(cluster, commune, `https://social.${commune}.test`);
    this.visitor = new Visitor(cluster, `video.${commune}.test`);
    this.inside = new Inside(cluster.environment, commune);
    this.plugins = new Plugins(cluster.environment, commune, old.peertube);
    this.letters = new Letters(cluster, commune);
  }

  /** Brings it up, its mailboxes beside it. */
  async begin(): Promise<void> {
    this.declare({});
    this.declareChorale();
    await this.project.createStack(this.commune);
    await Promise.all([this.letters.open(), this.up()]);
    this.#root = await this.visitor.token((await this.account("peertube")).password);
  }

  /** Declares it as it was, but for what is said here. */
  declare(changes: Partial<Declared>): void {
    this.#declared = { ...this.#declared, ...changes };
    const { commune, letters } = this;
    const { versions, registrations, secrets } = this.#declared;
    const raised = Object.entries(secrets).map(([name, version]) => `${name}: ${version}`);
    this.project.declare(
      commune,
      `id: ${commune}
name: Villeurbanne
insee: "69266"
domain: ${commune}.test
population: 2000
contact: numerique@villeurbanne.test
database: { storage: 1 GiB }
nextcloud: { version: "${versions.nextcloud}", storage: 1 GiB, apps: [] }
mastodon: { version: "${versions.mastodon}", registrations: ${registrations} }
peertube: { version: "${versions.peertube}", storage: 2 GiB }
tenants: { domain: assos-${commune}.test }
mail: { relay: ${letters.relay.host}, port: ${letters.relay.port}, encryption: none }
secrets: { ${raised.join(", ")} }
${portal}`,
    );
  }

  /** Writes the file of its association, which has a channel. */
  declareChorale(more = ""): void {
    const folder = join(this.project.folder, "stacks", this.commune, "tenants");
    mkdirSync(folder, { recursive: true });
    const text = `applications: { site: {} }\naccounts: { peertube: chorale }\n${more}`;
    writeFileSync(join(folder, "chorale.yaml"), tenantText("chorale", text));
  }

  /** Applies what is declared. */
  up(...args: readonly string[]) {
    return this.project.up(this.commune, ...args);
  }

  /** The first account of each service, and its password. */
  async accounts(): Promise<Outputs["accounts"]> {
    const words = ["stack", "output", "--json", "--show-secrets", "-s", this.commune];
    const outputs: Outputs = JSON.parse(await this.project.succeed(...words));
    return outputs.accounts;
  }

  /** That of one service. */
  async account(service: string): Promise<{ user: string; password: string }> {
    const found = (await this.accounts())[service];
    if (found === undefined) throw new Error(`the stack gives no account of ${service}`);
    return found;
  }

  /** PeerTube's root, as it logged in when the town was up. */
  get root(): { authorization: string } {
    if (this.#root === undefined) throw new Error("root logs in when the town is up");
    return this.#root;
  }

  /** The public video, once {@link film} is uploaded. */
  get video(): string {
    if (this.#video === undefined) throw new Error("no test has uploaded the film");
    return this.#video;
  }

  /** Uploads the film as root. */
  async show(name: string): Promise<void> {
    this.#video = await this.visitor.upload(name, this.film, 1, this.root);
  }

  /** Returns what a command in a container says, and whether it fails. */
  async within(service: string, workload: string, container: string, command: readonly string[], input = "") {
    const pod = ["exec", "-i", "-n", `${this.commune}-${service}`, workload, "-c", container];
    const { all, exitCode } = await execa("kubectl", [...pod, "--", ...command], {
      ...{ env: this.cluster.environment, all: true, reject: false, input },
    });
    return { said: String(all), failed: exitCode !== 0 };
  }

  /** Status and body of Nextcloud's answer to its administrator, through nginx. */
  async documents(path: string, password: string, ...curl: string[]) {
    const who = ["-H", `Host: cloud.${this.commune}.test`, "-u", `admin:${password}`];
    const words = ["curl", "-s", "-w", "\n%{http_code}", ...who, ...curl, `http://127.0.0.1:8080${path}`];
    const { said } = await this.within("nextcloud", "deployment/nextcloud", "nginx", words);
    const end = said.lastIndexOf("\n");
    return { body: said.slice(0, end).trim(), status: Number(said.slice(end + 1)) };
  }

  async end(): Promise<void> {
    await this.server.dispatcher.close();
    await this.visitor.close();
    await this.plugins.remove();
    await this.letters.end();
    await this.project.end(this.commune);
  }
}
