import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { deviceAttribute, personClass } from "../../components/platform/directory/configuration.ts";
import { loadContainer } from "../../components/platform/directory/copy.ts";
import {
  digestOf,
  isOf,
  newPassword,
  readDevice,
  writtenDevice,
} from "../../components/tenants/accounts/devices.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { Metropolis } from "./federation/metropolis.ts";
import { Recovering } from "./restore-point/recovering.ts";

/** A commune whose people are in a directory, and one that keeps its copies. */
const members = [
  { id: "jons", insee: "69280", domain: "jons.test" },
  { id: "jonage", insee: "69279", domain: "jonage.test" },
];
const suffix = "dc=jons,dc=test";
const cluster = openCluster(inject("cluster"));

let metropolis: Metropolis;
let recovering: Recovering;

const inPod = (script: string) =>
  metropolis.kubectl(
    ...["-n", "jons-directory", "exec", "directory-0", "--container=slapd", "--"],
    ...["bash", "-euo", "pipefail", "-c", script],
  );

const everything = () => inPod(`ldapsearch -Q -LLL -o ldif-wrap=no -b ${suffix} '*' '+'`);

const add = (uid: string) =>
  inPod(`ldapadd -Q << 'END' > /dev/null
dn: uid=${uid},ou=people,${suffix}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid} Çelik
sn: Çelik
mail: ${uid}@jons.test
userPassword: a long sentence of ${uid}

dn: cn=agents,ou=groups,${suffix}
changetype: modify
add: member
member: uid=${uid},ou=people,${suffix}
END`);

/** Gives somebody's telephone a password, as the pages of accounts keep it. */
const giveTelephone = (uid: string, name: string, password: string) => {
  const device = {
    id: "a1b2c3",
    association: "chorale",
    day: "2026-11-29",
    digest: digestOf(password),
    name,
  };
  return inPod(`ldapmodify -Q << 'END' > /dev/null
dn: uid=${uid},ou=people,${suffix}
changetype: modify
add: objectClass
objectClass: ${personClass}
-
add: ${deviceAttribute}
${deviceAttribute}: ${writtenDevice(device)}
END`);
};

/** The telephones of somebody, as these pages read them. */
async function telephonesOf(uid: string) {
  const found = await inPod(
    `ldapsearch -Q -LLL -o ldif-wrap=no -b uid=${uid},ou=people,${suffix} ${deviceAttribute}`,
  );
  return [...found.matchAll(new RegExp(`^${deviceAttribute}(::?) (.+)$`, "gm"))].flatMap(
    ([, colons, value = ""]) =>
      readDevice(colons === "::" ? Buffer.from(value, "base64").toString() : value) ?? [],
  );
}

const logsIn = (uid: string) =>
  inPod(
    `ldapwhoami -x -H ldap://127.0.0.1:1389 -D uid=${uid},ou=people,${suffix} -w 'a long sentence of ${uid}' 2>&1 || true`,
  );

/** Waits until what is in the directory, a line that begins so, is in what restore points copy. */
const copied = (line: string) =>
  inPod(
    `for try in $(seq 100); do if grep -q '^${line}' /var/lib/ldap/entries.ldif; then exit 0; fi; sleep 1; done; exit 1`,
  );

const point = async () => {
  const { said } = await recovering.run(recoveryCommand, ["point", "jons", "--service", "directory"]);
  return /^directory: (\S+)$/.exec(said)?.[1] ?? said;
};

const restore = (...words: string[]) =>
  recovering.run(restoreCommand, ["jons", "--service", "directory", "--yes", ...words]);

/** Another pod in the place of the one that is there. */
async function begunAnew() {
  const directory = ["-n", "jons-directory"];
  await metropolis.kubectl("delete", "pod", ...directory, "directory-0");
  await metropolis.kubectl("rollout", "status", ...directory, "statefulset/directory", "--timeout=180s");
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  metropolis.know({ jons: { stack: "jons" } });
  metropolis.declare("jons", { with: "all" }, { directory: {}, recovery: { vaults: ["jonage"] } });
  metropolis.declare("jonage", { with: "all" }, { recovery: { host: { jons: { space: "1 GiB" } } } });
  for (const { id } of members) await metropolis.createStack(id);
  for (const { id } of members) await metropolis.project.up(id);
  recovering = await Recovering.of(cluster, metropolis, "jons");
  await add("camille");
  await giveTelephone("camille", "Téléphone de Camille", telephone);
  await copied(deviceAttribute);
});

afterAll(async () => {
  await recovering?.end();
  await metropolis.project.end(...members.map(({ id }) => id));
});

/** The password of a telephone. */
const telephone = newPassword();

let first: string;
let then: string;

test("people and their passwords are in a point, which is at the vault", async () => {
  then = await everything();
  first = await point();
  expect(first).toMatch(/Z-000001$/);
  const { said, code } = await recovering.run(recoveryCommand, ["points", "jons"]);
  expect([said, code]).toEqual([`directory: 1 restore point\n  ${first}  jonage`, undefined]);
});

test("who was removed since comes back with passwords, groups and identifiers, and who came since is aside", async () => {
  await inPod(`ldapdelete -Q uid=camille,ou=people,${suffix}`);
  await add("alix");
  await copied("uid: alix$");
  const now = await everything();
  const began = Date.now();
  const { said, code } = await restore("--point", first);
  console.log(`Restore of a directory: ${Date.now() - began} ms\n${said}`);
  expect(code).toBeUndefined();
  expect(await everything()).toBe(then);
  expect(await logsIn("camille")).toContain(`dn:uid=camille,ou=people,${suffix}`);
  const [back, ...others] = await telephonesOf("camille");
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
  expect(await inPod("ls -A /var/lib/ldap")).not.toContain(".restore-");
});

test("a database that is lost is made again of its copy, and one that is not stays", async () => {
  const now = await everything();
  await begunAnew();
  expect(await everything()).toBe(now);
  await inPod("rm -rf /var/lib/ldap/data /var/lib/ldap/copied.sha256");
  await begunAnew();
  expect(await everything()).toBe(now);
});

test("a copy that nobody can read leaves the database that is there", async () => {
  const before = await everything();
  const [, , , , load = ""] = loadContainer(suffix).command as string[];
  const text = Buffer.from(load).toString("base64");
  await inPod("cp -p /var/lib/ldap/entries.ldif /tmp/good.ldif");
  await inPod(`echo 'dn: this is no entry' > /var/lib/ldap/entries.ldif
    if echo ${text} | base64 -d | SUFFIX=${suffix} bash -euo pipefail > /tmp/said 2>&1; then exit 1; fi
    grep -q 'entries of a restore point' /tmp/said
    mv /tmp/good.ldif /var/lib/ldap/entries.ldif`);
  await begunAnew();
  expect(await everything()).toBe(before);
});
