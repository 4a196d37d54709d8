import type { Result } from "execa";
import { describe, expect, test } from "vitest";
import { addressReader, clerk, reader } from "../../../components/platform/directory/configuration.ts";

/** Who is told what of a commune's directory, in a test that has brought one up. */
export interface Town {
  commune: string;
  suffix: string;
  /** Of everybody in it. */
  password: string;
  kubectl: (
    words: readonly string[],
    input?: string,
  ) => Promise<Pick<Result<{ all: true }>, "all" | "stdout">>;
}

/** A Secret of a service, and the name that its password at the directory is for. */
interface Service {
  name: string;
  secret: string;
  key: string;
  who: string;
}

const pages: Service = { name: "accounts", secret: "accounts", key: "directory-password", who: clerk };
const lists: Service = { name: "lists", secret: "lists", key: "directory-password", who: addressReader };
const login: Service = { name: "login", secret: "login-overlay", key: "managerPassword", who: reader };

/** Tests of what opens the directory over its port: the password of each service, tried one request after the other. */
export function directoryRights({ commune, suffix, password, kubectl }: Town): void {
  /** Runs a program in the directory's pod with somebody's password, over the network's port. */
  async function as(who: string, secret: string, program: string, input: string, ...more: string[]) {
    const command = [program, "-x", "-H", "ldap://127.0.0.1:1389", "-D", who, "-w", secret, ...more];
    const pod = ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "-c", "slapd", "--"];
    return (await kubectl([...pod, ...command], input)).all ?? "";
  }

  async function asService(service: Service, program: string, input: string, ...more: string[]) {
    const { name, secret, key, who } = service;
    const path = `--output=jsonpath={.data.${key}}`;
    const { stdout } = await kubectl(["get", "secret", "-n", `${commune}-${name}`, secret, path]);
    return as(who, Buffer.from(stdout, "base64").toString(), program, input, ...more);
  }

  test("beside the pages, mailing lists read addresses and groups, and no name, and write nothing", async () => {
    const below = await Promise.all(
      ["people", "groups"].map((ou) =>
        asService(lists, "ldapsearch", "", "-LLL", "-b", `ou=${ou},${suffix}`, "*", "+"),
      ),
    );
    const found = below.join("\n");
    expect(found).toContain(`mail: sacha@${commune}.test`);
    expect(found).toContain(`member: uid=sacha,ou=people,${suffix}`);
    expect(found).not.toMatch(
      /^(cn: sacha|givenName|sn|uid|userPassword|communeSecondFactor|createTimestamp):/m,
    );
    const change = `dn: uid=sacha,ou=people,${suffix}\nchangetype: modify\nreplace: mail\nmail: x@exemple.test\n`;
    expect(await asService(lists, "ldapmodify", change)).toContain("Insufficient access");
  });

  describe("the password of the pages of accounts at the directory", () => {
    const asPages = (program: string, input: string, ...more: string[]) =>
      asService(pages, program, input, ...more);

    const [agent, member] = ["camille", "sacha"].map((uid) => `uid=${uid},ou=people,${suffix}`);
    const modify = (dn: string | undefined, ...lines: string[]) =>
      [`dn: ${dn}`, "changetype: modify", ...lines, ""].join("\n");
    const add = (...lines: string[]) =>
      [
        `dn: uid=new,ou=people,${suffix}`,
        "changetype: add",
        "objectClass: inetOrgPerson",
        ...["uid: new", "cn: New", "sn: N"],
        ...lines,
        "",
      ].join("\n");
    const agents = `cn=agents,ou=groups,${suffix}`;

    test.each<[string, string]>([
      ["calls an agent otherwise", modify(agent, "replace: cn", "cn: x")],
      ["removes an agent", `dn: ${agent}\nchangetype: delete\n`],
      ["makes somebody an agent", modify(agents, "add: member", `member: ${member}`)],
      ["takes somebody out of the agents", modify(agents, "delete: member", `member: ${agent}`)],
      ["sets a password", modify(member, "replace: userPassword", "userPassword: evil-horse-66")],
      ["sets a second factor", modify(member, "add: communeSecondFactor", "communeSecondFactor: x")],
      [
        "takes away what second factors are kept by",
        modify(agent, "delete: objectClass", "objectClass: communePerson"),
      ],
      ["gives another address", modify(member, "replace: mail", "mail: evil@exemple.test")],
      ["gives a second address", modify(member, "add: mail", "mail: evil@exemple.test")],
      [
        "gives another name to log in with",
        `dn: ${member}\nchangetype: modrdn\nnewrdn: uid=x\ndeleteoldrdn: 0\n`,
      ],
      ["makes an entry with a password", add("userPassword: evil-horse-66")],
      [
        "makes a group",
        `dn: cn=x,ou=groups,${suffix}\nchangetype: add\nobjectClass: groupOfNames\ncn: x\nmember: cn=nobody\n`,
      ],
      ["removes a group", `dn: cn=t-judo-members,ou=groups,${suffix}\nchangetype: delete\n`],
      [
        "writes something else in a group",
        modify(`cn=t-judo-members,ou=groups,${suffix}`, "add: description", "description: x"),
      ],
    ])("never %s", async (_, ldif) => {
      expect(await asPages("ldapmodify", ldif)).toMatch(/Insufficient access|no write access/);
    });

    test("keeps telephones, also of an agent, which nobody else reads, the person neither", async () => {
      const kept = modify(
        agent,
        ...["add: objectClass", "objectClass: communePerson", "-"],
        ...["add: communeDevice", "communeDevice: a chorale 2026-11-29 x Tablette"],
      );
      expect(await asPages("ldapmodify", kept)).not.toMatch(/Insufficient|error|No such/i);
      const read = ["-LLL", "-b", agent ?? "", "communeDevice"];
      expect(await asPages("ldapsearch", "", ...read)).toContain("communeDevice: a chorale");
      const others = await Promise.all([
        as(agent ?? "", password, "ldapsearch", "", ...read),
        asService(lists, "ldapsearch", "", ...read),
        asService(login, "ldapsearch", "", ...read),
      ]);
      for (const text of others) {
        expect(text).toContain(`dn: ${agent}`);
        expect(text).not.toContain("communeDevice");
      }
    });

    test("reads no password, no second factor, and no list of agents", async () => {
      const everything = await Promise.all(
        ["people", "groups"].map((ou) =>
          asPages("ldapsearch", "", "-LLL", "-b", `ou=${ou},${suffix}`, "*", "+"),
        ),
      );
      const text = everything.join("\n");
      expect(text).toContain(`dn: ${agent}`);
      expect(text).not.toMatch(/userPassword|ARGON|communeSecondFactor|pwd|uid=camille,.*\ndn: cn=t-/);
      const [, ofAgents = ""] = text.split(`dn: ${agents}\n`);
      expect(ofAgents.split("\n\n")[0]).not.toContain("member:");
      const guessed = await asPages(
        "ldapsearch",
        "",
        "-LLL",
        "-b",
        `ou=people,${suffix}`,
        "(userPassword=*)",
      );
      expect(guessed.trim()).toBe("");
    });
  });
}
