import { describe, expect, test } from "vitest";
import { clerk, reader } from "../../../components/platform/directory/configuration.ts";
import type { Reader } from "../letters/directory.ts";
import { passwordOf } from "./people.ts";
import type { PeopleTown } from "./town.ts";

const pages: Reader = { service: "accounts", secret: "accounts", key: "directory-password", who: clerk };
const login: Reader = { service: "login", secret: "login-overlay", key: "managerPassword", who: reader };

/** Tests of what opens the directory over its port: the password of each service, tried one request after the other. */
export function directoryRights(town: PeopleTown): void {
  const { directory } = town;
  const { suffix } = directory;

  describe("the password of the pages of accounts at the directory", () => {
    const asPages = (program: string, input: string, ...more: string[]) =>
      directory.asService(pages, program, input, ...more);

    const [agent, member] = [directory.person("camille"), directory.person("sacha")];
    const modify = (dn: string, ...lines: string[]) =>
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
        "makes somebody where links of invitations are noted",
        `dn: uid=x,ou=invitations,${suffix}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: x\ncn: x\nsn: x\n`,
      ],
      [
        "makes another place",
        `dn: ou=x,${suffix}\nchangetype: add\nobjectClass: organizationalUnit\nou: x\n`,
      ],
      ["takes the place of groups away", `dn: ou=groups,${suffix}\nchangetype: delete\n`],
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
      const read = ["-LLL", "-b", agent, "communeDevice"];
      expect(await asPages("ldapsearch", "", ...read)).toContain("communeDevice: a chorale");
      const others = [
        (await directory.as(agent, passwordOf("camille"), "ldapsearch", "", ...read)).all,
        await directory.asService(login, "ldapsearch", "", ...read),
      ];
      for (const text of others) {
        expect(text).toContain(`dn: ${agent}`);
        expect(text).not.toContain("communeDevice");
      }
    });

    test("notes once that a link was used, which the login does not see", async () => {
      const place = `dn: ou=invitations,${suffix}\nchangetype: add\nobjectClass: organizationalUnit\nou: invitations\n`;
      expect(await asPages("ldapmodify", place)).not.toMatch(/Insufficient|No such/i);
      const dn = `cn=${"0".repeat(64)},ou=invitations,${suffix}`;
      const note = `dn: ${dn}\nchangetype: add\nobjectClass: applicationProcess\ncn: ${"0".repeat(64)}\ndescription: 1\n`;
      expect(await asPages("ldapmodify", note)).not.toMatch(/Insufficient|error|No such/i);
      expect(await asPages("ldapmodify", note)).toContain("Already exists");
      const read = ["-LLL", "-b", dn, "-s", "base", "description"];
      expect(await asPages("ldapsearch", "", ...read)).toContain("description: 1");
      expect(await directory.asService(login, "ldapsearch", "", ...read)).not.toContain("description");
      const old = ["-LLL", "-b", `ou=invitations,${suffix}`, "(modifyTimestamp<=20200101000000Z)"];
      expect((await asPages("ldapsearch", "", ...old)).trim()).toBe("");
      expect(await asPages("ldapmodify", `dn: ${dn}\nchangetype: delete\n`)).not.toMatch(/Insufficient/);
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
