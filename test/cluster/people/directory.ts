import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asRead, commandsOf } from "../page.ts";
import type { PeopleTown } from "./town.ts";

/** Names of the entries that somebody finds. */
const named = (text: string) => text.split("\n").flatMap((line) => /^dn: (.*)$/.exec(line)?.[1] ?? []);

/** Tests of the directory alone, as docs/directory.md describes it. */
export function directory(town: PeopleTown) {
  const { commune, project } = town;
  const { suffix } = town.directory;
  const camille = town.directory.person("camille");
  const namespace = ["-n", `${commune}-directory`];
  let password = "";
  let pod = "";

  /** Asks over the network's port, with a name and a password, as a client does. */
  const asks = (program: string, who: string, secret: string, ...more: string[]) =>
    town.directory.as(who, secret, program, "", ...more);

  const inside = (...command: string[]) => town.directory.inside(command);
  const everything = async () => (await inside("ldapsearch", "-Q", "-LLL", "-b", suffix)).said;
  const writeInside = (name: string, text: string) =>
    town.directory.inside(["bash", "-c", `cat > /tmp/${name}`], text);

  const uidOfPod = async () =>
    (await town.kubectl(["get", "pod", ...namespace, "directory-0", "--output=jsonpath={.metadata.uid}"]))
      .said;

  /** Returns the commands of docs/directory.md, for this commune. */
  const read = (heading: string, block = 0) =>
    commandsOf("directory.md", heading, commune, block).map((line) => line.replace("dc=fr", "dc=test"));

  async function run(command: string): Promise<string> {
    const { exitCode, output } = await asRead(project, command);
    expect(exitCode, `${command}\n${output}`).toBe(0);
    return output;
  }

  function atFirst(): void {
    describe("a directory", () => {
      test("has its groups, and nobody", async () => {
        const groups = ["chorale", "danse", "judo"].flatMap((id) => [`t-${id}-members`, `t-${id}-admins`]);
        expect(named(await everything()).sort()).toEqual(
          [
            suffix,
            `ou=people,${suffix}`,
            `ou=groups,${suffix}`,
            ...["agents", ...groups].map((group) => `cn=${group},ou=groups,${suffix}`),
          ].sort(),
        );
      });

      test("somebody comes as the page says, with a password that is kept hashed", async () => {
        const [, ldif = ""] = /```ldif\n([\s\S]*?)```/.exec(readFileSync("docs/directory.md", "utf8")) ?? [];
        const text = ldif.replaceAll("dc=villeurbanne,dc=fr", suffix);
        writeFileSync(join(project.folder, "camille.ldif"), text);
        const [comes = "", sets = ""] = read("Somebody comes");
        await run(comes);
        password = /New password: (\S+)/.exec(await run(sets))?.[1] ?? "";
        expect(password.length).toBeGreaterThanOrEqual(8);
        expect((await asks("ldapwhoami", camille, password)).said).toBe(`dn:${camille}`);
        expect((await asks("ldapwhoami", camille, "another")).all).toContain("Invalid credentials");
        const stored = await everything();
        const hash = /^userPassword:: (.*)$/m.exec(stored.replaceAll("\n ", ""))?.[1] ?? "";
        expect(Buffer.from(hash, "base64").toString()).toMatch(/^\{ARGON2\}\$argon2id\$/);
      });

      test("a person reads their own entry and no more, and changes no name of theirs", async () => {
        const found = await asks("ldapsearch", camille, password, "-LLL", "-b", suffix);
        expect(named(found.said)).toEqual([]);
        const own = await asks("ldapsearch", camille, password, "-LLL", "-b", camille, "-s", "base");
        expect(own.said).toContain("mail: camille.durand@");
        expect(own.said).not.toContain("userPassword");
        const change = `dn: ${camille}\nchangetype: modify\nreplace: uid\nuid: admin\n`;
        await writeInside("change.ldif", change);
        expect((await asks("ldapmodify", camille, password, "-f", "/tmp/change.ldif")).all).toContain(
          "Insufficient access",
        );
        const stranger = await inside("ldapsearch", "-x", "-H", "ldap://127.0.0.1:1389", "-b", suffix);
        expect(stranger.all).toContain("anonymous bind disallowed");
      });

      test("a name or an address is one person's", async () => {
        const other = (uid: string, mail: string) =>
          `dn: cn=${uid},ou=people,${suffix}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: x\nmail: ${mail}\n`;
        for (const [uid, mail] of [
          ["camille", "x@x.test"],
          ["alix", "camille.durand@villeurbanne.fr"],
        ] as const) {
          await writeInside("other.ldif", other(uid, mail).replace(`cn=${uid}`, "cn=another"));
          const { all } = await inside("ldapadd", "-Q", "-f", "/tmp/other.ldif");
          expect(all).toContain("Constraint violation (19)");
        }
      });

      test("what was written is there after the pod was deleted, and is copied as the page says", async () => {
        const kubectl = (...words: string[]) => town.kubectl(words);
        const deleted = await kubectl("delete", "pod", ...namespace, "directory-0");
        expect(deleted.exitCode, deleted.all).toBe(0);
        await kubectl("rollout", "status", ...namespace, "statefulset/directory", "--timeout=120s");
        await kubectl("wait", ...namespace, "pod/directory-0", "--for=condition=Ready", "--timeout=120s");
        expect((await asks("ldapwhoami", camille, password)).said).toBe(`dn:${camille}`);
        const [copy = ""] = read("Copies", 2);
        await run(copy);
        expect(readFileSync(join(project.folder, "directory.ldif"), "utf8")).toContain(`dn: ${camille}`);
      });

      test("who goes is in no group any more", async () => {
        const members = async () =>
          (await inside("ldapsearch", "-Q", "-LLL", "-b", town.directory.group("agents"), "member")).said;
        expect(await members()).toContain(`member: ${camille}`);
        const [goes = ""] = read("Somebody goes");
        await run(goes);
        expect(await members()).not.toContain("camille");
        expect((await asks("ldapwhoami", camille, password)).all).toContain("Invalid credentials");
      });

      test("is reached by nobody else in the cluster", async () => {
        const [address, check] = await Promise.all([
          town.serviceAddress(`${commune}-directory`, "directory"),
          town.serviceAddress(`${commune}-login`, "login-check"),
        ]);
        const site = town.siteOf("chorale");
        const to = [address, 1389] as const;
        const controls = [{ from: town.pages, to }, { from: site, to: [check, 8081] } as const];
        expect(await town.passed([{ from: site, to }], controls)).toEqual([]);
      });
    });
  }

  /** Keeps in mind which pod there is before another association comes. */
  async function look(): Promise<void> {
    pod = await uidOfPod();
  }

  /** @param id of the association that has come since. */
  function afterwards(id: string): void {
    test("another association is two groups more in the same pod of the directory, and people stay", async () => {
      expect(pod).not.toBe("");
      expect(await uidOfPod()).toBe(pod);
      const names = named(await everything());
      expect(names).toContain(town.directory.group(`t-${id}-members`));
      expect(names).toContain(town.directory.group(`t-${id}-admins`));
      expect(names).toContain(camille);
    });
  }

  return { atFirst, look, afterwards };
}
