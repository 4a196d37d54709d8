/** Mail address of somebody of the directory. */
export const mailOf = (who: string) => `${who}@gens.test`;

/** Name of somebody of the directory. */
export const nameOf = (who: string) => `${who} Dûrand`;

/** Somebody of the directory: the groups that they are in, and a password where they have one. */
export interface Person {
  groups: readonly string[];
  password?: string;
}

/** A Secret of a service, and the name that its password at the directory is for. */
export interface Reader {
  service: string;
  secret: string;
  key: string;
  who: string;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** The commune whose directory it is, as far as it is asked. */
interface Asked {
  readonly commune: string;
  kubectl(
    words: readonly string[],
    input?: string,
  ): Promise<{ said: string; all: string; exitCode?: number | undefined }>;
  secret(namespace: string, name: string, key: string): Promise<string>;
}

/** The directory of a commune of the tests: asked in its pod, where all is allowed, or over its port, as clients do. */
export class Directory {
  /** Name below which all entries are. */
  readonly suffix: string;

  constructor(private readonly town: Asked) {
    this.suffix = `dc=${town.commune},dc=test`;
  }

  person(uid: string): string {
    return `uid=${uid},ou=people,${this.suffix}`;
  }

  group(name: string): string {
    return `cn=${name},ou=groups,${this.suffix}`;
  }

  /** Runs a program in the directory's pod. */
  inside(command: readonly string[], input = "") {
    const pod = ["exec", "-i", "-n", `${this.town.commune}-directory`, "directory-0", "-c", "slapd", "--"];
    return this.town.kubectl([...pod, ...command], input);
  }

  /** Changes entries as who runs commands in that pod. */
  async change(ldif: string): Promise<void> {
    const { exitCode, all } = await this.inside(["ldapmodify", "-Q"], ldif);
    if (exitCode !== 0) throw new Error(all);
  }

  /** Runs a program over the network's port, with a name and a password. */
  as(who: string, password: string, program: string, input: string, ...more: string[]) {
    const asked = [program, "-x", "-H", "ldap://127.0.0.1:1389", "-D", who, "-w", password, ...more];
    return this.inside(asked, input);
  }

  /** Runs a program over that port with a service's own password. Returns what was said. */
  async asService(reader: Reader, program: string, input: string, ...more: string[]): Promise<string> {
    const { service, secret, key, who } = reader;
    const password = await this.town.secret(`${this.town.commune}-${service}`, secret, key);
    return (await this.as(who, password, program, input, ...more)).all;
  }

  /** Puts people into it, each with the groups that they are in. */
  async register(people: Readonly<Record<string, Person>>): Promise<void> {
    const changes = Object.entries(people).flatMap(([uid, { groups, password }]) => [
      `dn: ${this.person(uid)}
changetype: add
objectClass: inetOrgPerson
uid: ${uid}
cn:: ${base64(nameOf(uid))}
givenName: ${uid}
sn: Durand
mail: ${mailOf(uid)}
${password === undefined ? "" : `userPassword: ${password}\n`}`,
      ...groups.map((group) => this.membership("add", uid, group)),
    ]);
    await this.change(changes.join("\n"));
  }

  /** The change by which somebody comes into a group, or leaves it. */
  membership(how: "add" | "delete", uid: string, group: string): string {
    return `dn: ${this.group(group)}\nchangetype: modify\n${how}: member\nmember: ${this.person(uid)}\n`;
  }

  /** The names in a group, sorted. */
  async members(group: string): Promise<string[]> {
    const search = ["ldapsearch", "-Q", "-LLL", "-o", "ldif-wrap=no", "-b", this.group(group)];
    const { said } = await this.inside(search);
    return [...said.matchAll(/^member: uid=([^,]*),/gm)].map(([, uid = ""]) => uid).sort();
  }
}
