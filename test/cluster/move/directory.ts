import { beforeAll, describe, expect, test } from "vitest";
import { deviceAttribute, personClass } from "../../../components/platform/directory/configuration.ts";
import { loadContainer } from "../../../components/platform/directory/copy.ts";
import {
  digestOf,
  isOf,
  newPassword,
  readDevice,
  writtenDevice,
} from "../../../components/tenants/accounts/devices.ts";
import { restoreCommand } from "../../../scripts/restore.ts";
import { commune, host, suffix, type Town } from "./town.ts";

/** Somebody who is in a group, and has a password. */
const person = (uid: string) => `dn: uid=${uid},ou=people,${suffix}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid} Çelik
sn: Çelik
mail: ${uid}@${commune}.test
userPassword: a long sentence of ${uid}

dn: cn=agents,ou=groups,${suffix}
changetype: modify
add: member
member: uid=${uid},ou=people,${suffix}
`;

/** A telephone with a password, as the pages of accounts keep it. */
const telephoneOf = (uid: string, name: string, password: string) => {
  const device = {
    id: "a1b2c3",
    association: "chorale",
    day: "2026-11-29",
    digest: digestOf(password),
    name,
  };
  return `dn: uid=${uid},ou=people,${suffix}
changetype: modify
add: objectClass
objectClass: ${personClass}
-
add: ${deviceAttribute}
${deviceAttribute}: ${writtenDevice(device)}
`;
};

/** Adds somebody to the directory. */
export const addPerson = (town: Town, uid: string) =>
  town.inDirectory(`ldapadd -Q << 'END' > /dev/null\n${person(uid)}END`);

/** Waits until what is in the directory, a line that begins so, is in what restore points copy. */
export const copied = (town: Town, line: string) =>
  town.inDirectory(
    `for try in $(seq 100); do if grep -q '^${line}' /var/lib/ldap/entries.ldif; then exit 0; fi; sleep 1; done; exit 1`,
  );

/** Waits until no line that begins so is in what restore points copy. */
const copiedWithout = (town: Town, line: string) =>
  town.inDirectory(
    `for try in $(seq 100); do if ! grep -q '^${line}' /var/lib/ldap/entries.ldif; then exit 0; fi; sleep 1; done; exit 1`,
  );

/** Copies of a directory, and what comes back of them. */
export function directory(town: Town): void {
  const everything = () => town.inDirectory(`ldapsearch -Q -LLL -o ldif-wrap=no -b ${suffix} '*' '+'`);
  const logsIn = (uid: string) =>
    town.inDirectory(
      `ldapwhoami -x -H ldap://127.0.0.1:1389 -D uid=${uid},ou=people,${suffix} -w 'a long sentence of ${uid}' 2>&1 || true`,
    );
  /** The telephones of somebody, as the pages of accounts read them. */
  const telephones = async (uid: string) => {
    const found = await town.inDirectory(
      `ldapsearch -Q -LLL -o ldif-wrap=no -b uid=${uid},ou=people,${suffix} ${deviceAttribute}`,
    );
    return [...found.matchAll(new RegExp(`^${deviceAttribute}(::?) (.+)$`, "gm"))].flatMap(
      ([, colons, value = ""]) =>
        readDevice(colons === "::" ? Buffer.from(value, "base64").toString() : value) ?? [],
    );
  };
  const restore = (...words: string[]) =>
    town.recovering.run(restoreCommand, [commune, "--service", "directory", "--yes", ...words]);
  /** Another pod in the place of the one that is there. */
  const begunAnew = async () => {
    const namespace = ["-n", `${commune}-directory`];
    await town.kubectl("delete", "pod", ...namespace, "directory-0");
    await town.kubectl("rollout", "status", ...namespace, "statefulset/directory", "--timeout=180s");
  };

  describe("a directory", () => {
    const telephone = newPassword();
    let first = "";
    let then = "";

    beforeAll(async () => {
      await addPerson(town, "camille");
      const given = telephoneOf("camille", "Téléphone de Camille", telephone);
      await town.inDirectory(`ldapmodify -Q << 'END' > /dev/null\n${given}END`);
      await copied(town, deviceAttribute);
    });

    test("is in a point with its people and their passwords, which is at the vault", async () => {
      then = await everything();
      const { said: taken } = await town.recovery("point", commune, "--service", "directory");
      first = /^directory: (\S+)$/.exec(taken)?.[1] ?? taken;
      expect(first).toMatch(/Z-000001$/);
      const { said } = await town.recovery("points", commune, "--service", "directory");
      expect(said).toMatch(
        new RegExp(
          `^directory: 1 restore point\n {2}${first} {2}${host}\n {2}all of it was proved at ${host} \\S+ \\S+$`,
        ),
      );
    });

    test("has who was removed since again with passwords, groups and identifiers, and who came since is aside", async () => {
      await town.inDirectory(`ldapdelete -Q uid=camille,ou=people,${suffix}`);
      await addPerson(town, "alix");
      await copied(town, "uid: alix$");
      const now = await everything();
      const began = Date.now();
      const { said, code } = await restore("--point", first);
      console.log(`Restore of a directory: ${Date.now() - began} ms\n${said}`);
      expect(code).toBeUndefined();
      expect(await everything()).toBe(then);
      expect(await logsIn("camille")).toContain(`dn:uid=camille,ou=people,${suffix}`);
      const [back, ...others] = await telephones("camille");
      expect(back).toMatchObject({ association: "chorale", name: "Téléphone de Camille" });
      expect([back && isOf(back, telephone), back && isOf(back, newPassword()), others]).toEqual([
        true,
        false,
        [],
      ]);
      expect(await logsIn("alix")).toContain("Invalid credentials");

      await restore("--point", first, "--undo");
      expect(await everything()).toBe(now);
      expect(await logsIn("alix")).toContain(`dn:uid=alix,ou=people,${suffix}`);
      await restore("--point", first, "--release");
      expect(await town.inDirectory("ls -A /var/lib/ldap")).not.toContain(".restore-");
    });

    test("that is lost is made again of its copy, and one that is not stays", async () => {
      const now = await everything();
      await begunAnew();
      expect(await everything()).toBe(now);
      await town.inDirectory("rm -rf /var/lib/ldap/data /var/lib/ldap/copied.sha256");
      await begunAnew();
      expect(await everything()).toBe(now);
    });

    test("has the groups that are declared, also of a point from before they were", async () => {
      const group = `cn=agents,ou=groups,${suffix}`;
      const dns = async () => (await everything()).split("\n").filter((line) => line.startsWith("dn: "));
      const now = await dns();
      await town.inDirectory(`ldapdelete -Q ${group}`);
      await copiedWithout(town, `dn: ${group}$`);
      const { said: taken } = await town.recovery("point", commune, "--service", "directory");
      const before = /^directory: (\S+)$/.exec(taken)?.[1] ?? taken;
      const { said, code } = await restore("--point", before);
      expect(code).toBeUndefined();
      expect(said).toContain("Done: groups that were declared since are there.");
      expect((await dns()).sort()).toEqual(now.sort());
      const members = await town.inDirectory(`ldapsearch -Q -LLL -b ${group} -s base member`);
      expect(members).toContain("member: cn=nobody");
      await restore("--point", before, "--release");
    });

    test("stays as it is where nobody can read its copy", async () => {
      const before = await everything();
      const [, , , , load = ""] = loadContainer(suffix).command as string[];
      const text = Buffer.from(load).toString("base64");
      await town.inDirectory("cp -p /var/lib/ldap/entries.ldif /tmp/good.ldif");
      await town.inDirectory(`echo 'dn: this is no entry' > /var/lib/ldap/entries.ldif
    if echo ${text} | base64 -d | SUFFIX=${suffix} bash -euo pipefail > /tmp/said 2>&1; then exit 1; fi
    grep -q 'entries of a restore point' /tmp/said
    mv /tmp/good.ldif /var/lib/ldap/entries.ldif`);
      await begunAnew();
      expect(await everything()).toBe(before);
    });
  });
}
