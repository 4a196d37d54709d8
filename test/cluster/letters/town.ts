import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Agent } from "undici";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { tenantText } from "../../components/tenants/stacks.ts";
import { Project } from "../project.ts";

/** What everybody of the directory logs in with. */
export const password = "correct-horse-9";

/** Where somebody of the directory reads mail. */
export const mailOf = (who: string) => `${who}@gens.test`;

/** How a town begins. */
interface Beginning {
  name: string;
  /** What it declares beside its associations, its relay and its directory. */
  more: string;
  /** What the files of its associations say beside a site, by id. */
  tenants: Readonly<Record<string, string>>;
  /** Settings of its stack. */
  settings?: Readonly<Record<string, string>>;
}

/** A commune that hosts associations, with a directory, and mailboxes in the place of the world's. */
export class LetterTown {
  readonly domain: string;
  readonly project: Project;
  readonly dispatcher: Agent;
  readonly mailbox: Mailbox;
  /** The namespace of the relay and of the mailboxes behind it. */
  readonly letters: string;

  constructor(
    private readonly cluster: Cluster,
    readonly commune: string,
  ) {
    this.domain = `${commune}.test`;
    this.letters = `${commune}-letters`;
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    this.dispatcher = agentFor({
      ...{ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile, anyName: true },
    });
    this.mailbox = new Mailbox(`courrier.${this.domain}`, this.dispatcher, this.letters);
    this.project = new Project(cluster.environment);
  }

  /** Brings it up, its mailboxes beside it. */
  async begin({ name, more, tenants, settings = {} }: Beginning): Promise<void> {
    const { commune, domain, project } = this;
    const relay = relayIn(this.letters);
    project.declare(
      commune,
      `id: ${commune}
name: ${name}
insee: "69029"
domain: ${domain}
population: 4200
contact: numerique@${domain}
tenants: { domain: assos-${commune}.test }
mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }
directory: {}
${more}`,
    );
    mkdirSync(join(project.folder, "stacks", commune, "tenants"));
    for (const [id, text] of Object.entries(tenants)) this.write(id, text);
    await project.createStack(commune, settings);
    await Promise.all([this.mailbox.open(new Kubectl(this.cluster.environment)), this.up()]);
  }

  /** Applies what is declared. */
  up() {
    return this.project.up(this.commune);
  }

  /** Writes the file of an association: a site, and more. */
  write(id: string, more: string, contact = `bureau@${id}.test`): void {
    const text = tenantText(id, `applications: { site: {} }\n${more}`)
      .replace("Chorale des Gratte-Ciel", `Club ${id}`)
      .replace("bureau@chorale.test", contact);
    writeFileSync(join(this.project.folder, "stacks", this.commune, "tenants", `${id}.yaml`), text);
  }

  async kubectl(words: readonly string[], input = "") {
    const { stdout, stderr, exitCode } = await execa("kubectl", words, {
      ...{ env: this.project.environment, reject: false, input },
    });
    return { said: stdout, complained: stderr, exitCode };
  }

  /** Puts people into the directory, each with the groups that they are in. */
  async register(people: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const suffix = `dc=${this.commune},dc=test`;
    const changes = Object.entries(people).flatMap(([uid, groups]) => [
      `dn: uid=${uid},ou=people,${suffix}
changetype: add
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid} Durand
sn: Durand
mail: ${mailOf(uid)}
userPassword: ${password}
`,
      ...groups.map(
        (group) => `dn: cn=${group},ou=groups,${suffix}
changetype: modify
add: member
member: uid=${uid},ou=people,${suffix}
`,
      ),
    ]);
    const modify = ["exec", "-i", "-n", `${this.commune}-directory`, "directory-0", "--", "ldapmodify", "-Q"];
    const { exitCode, complained } = await this.kubectl(modify, changes.join("\n"));
    if (exitCode !== 0) throw new Error(complained);
  }

  /** What a service's database says, asked by who administers the server. */
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
