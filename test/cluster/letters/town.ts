import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Agent } from "undici";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { Project } from "../project.ts";
import { passed, type Way } from "../ways.ts";
import { Directory } from "./directory.ts";

/** Fields in which the files of associations differ. */
export interface AssociationFile {
  /** A site where absent. */
  applications?: string;
  /** Lines below. */
  more?: string;
  /** `small` where absent. */
  plan?: string;
  contact?: string;
}

/** Declaration with which a town begins. */
interface Beginning {
  /** Sections that it declares beside its associations, its relay and its directory. */
  more: string;
  /** The files of its associations, by id. */
  tenants: Readonly<Record<string, AssociationFile>>;
  /** Settings of its stack. */
  settings?: Readonly<Record<string, string>>;
}

/** Name of an association. */
export const clubName = (id: string) => `Club ${id}`;

/** A commune that hosts associations, with a directory, and mailboxes in the place of the world's. */
export class LetterTown {
  readonly domain: string;
  /** Domain below which the names of associations are. */
  readonly associations: string;
  readonly project: Project;
  readonly dispatcher: Agent;
  readonly mailbox: Mailbox;
  readonly directory: Directory;
  /** The namespace of the relay and of the mailboxes behind it. */
  readonly letters: string;
  /** Address of the ingress controller on this machine. */
  readonly address: { host: string; port: number };

  /**
   * @param name what the commune is called.
   * @param hosting what it says of its associations beside their domain: `mariadb: { memory: 256 MiB }`.
   */
  constructor(
    readonly cluster: Cluster,
    readonly commune: string,
    readonly name: string,
    private readonly hosting: string,
  ) {
    this.domain = `${commune}.test`;
    this.associations = `assos-${commune}.test`;
    this.letters = `${commune}-letters`;
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    this.address = { host: hostname, port: Number(port) };
    // The certificate of the tests has no names below those of associations.
    this.dispatcher = agentFor({ address: this.address, caFile: cluster.caFile, anyName: true });
    this.mailbox = new Mailbox(`courrier.${this.domain}`, this.dispatcher, this.letters);
    this.project = new Project(cluster.environment);
    this.directory = new Directory(this);
  }

  /** Brings it up, its mailboxes beside it. */
  async begin({ more, tenants, settings = {} }: Beginning): Promise<void> {
    this.declare(more);
    mkdirSync(join(this.project.folder, "stacks", this.commune, "tenants"));
    for (const [id, file] of Object.entries(tenants)) this.write(id, file);
    await this.project.createStack(this.commune, settings);
    await Promise.all([this.mailbox.open(new Kubectl(this.cluster.environment)), this.up()]);
  }

  /** Writes its declaration. */
  declare(more: string): void {
    const relay = relayIn(this.letters);
    this.project.declare(
      this.commune,
      `id: ${this.commune}
name: ${this.name}
insee: "69029"
domain: ${this.domain}
population: 4200
contact: numerique@${this.domain}
tenants: { domain: ${this.associations}, ${this.hosting} }
mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }
directory: {}
${more}`,
    );
  }

  /** Applies what is declared. */
  up() {
    return this.project.up(this.commune);
  }

  private fileOf(id: string): string {
    return join(this.project.folder, "stacks", this.commune, "tenants", `${id}.yaml`);
  }

  /** Writes the file of an association. */
  write(id: string, file: AssociationFile): void {
    const { applications = "{ site: {} }", more = "", plan, contact = `bureau@${id}.test` } = file;
    const text = tenantText(id, `applications: ${applications}\n${more}`, plan)
      .replace("Chorale des Gratte-Ciel", clubName(id))
      .replace("bureau@chorale.test", contact);
    writeFileSync(this.fileOf(id), text);
  }

  /** Takes the file of an association away. */
  remove(id: string): void {
    rmSync(this.fileOf(id));
  }

  async kubectl(words: readonly string[], input = "") {
    const { stdout, stderr, all, exitCode } = await execa("kubectl", words, {
      ...{ env: this.project.environment, reject: false, all: true, input },
    });
    return { said: stdout, complained: stderr, all, exitCode };
  }

  /** Returns what a Secret has under a key. */
  async secret(namespace: string, name: string, key: string): Promise<string> {
    const path = `--output=jsonpath={.data.${key}}`;
    const { said } = await this.kubectl(["get", "secret", "-n", namespace, name, path]);
    return Buffer.from(said, "base64").toString();
  }

  /** Address of the first pod of a namespace. */
  async podAddress(namespace: string, ...selected: string[]): Promise<string> {
    const path = "--output=jsonpath={.items[0].status.podIP}";
    const { said, all } = await this.kubectl(["get", "pods", "-n", namespace, ...selected, path]);
    if (said === "") throw new Error(all);
    return said;
  }

  /** Address of a service in the cluster: whoever tries it by name may be stopped at the name servers. */
  async serviceAddress(namespace: string, name: string): Promise<string> {
    const path = "--output=jsonpath={.spec.clusterIP}";
    const { said, all } = await this.kubectl(["get", "service", "-n", namespace, name, path]);
    if (said === "") throw new Error(all);
    return said;
  }

  /** Those of some ways, which should be closed, that let a connection pass while each control answers. */
  passed(closed: readonly Way[], controls: readonly Way[]): Promise<string[]> {
    return passed(this.project.environment, closed, controls);
  }

  /** Returns the answer of a service's database to who administers the server. */
  async rows(database: string, sql: string): Promise<string> {
    const psql = ["exec", "-n", `${this.commune}-database`, "database-0", "--", "psql", "-U", "postgres"];
    return (await this.kubectl([...psql, "-d", database, "-Atc", sql])).said;
  }

  async end(): Promise<void> {
    await this.kubectl(["delete", "namespace", this.letters, "--ignore-not-found", "--wait=false"]);
    await this.dispatcher.close();
    await this.project.end(this.commune);
  }
}
