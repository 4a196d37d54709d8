import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { asRead, commandsOf } from "./page.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const commune = "annuaire-town";
const suffix = `dc=${commune},dc=test`;
const camille = `uid=camille,ou=people,${suffix}`;

let project: Project;

/** Runs a program in the directory's pod. */
const inside = (command: readonly string[], input = "") =>
  execa("kubectl", ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", ...command], {
    env: project.environment,
    reject: false,
    all: true,
    input,
  });

/** Asks over the network's port, with a name and a password, as a client does. */
const asks = (program: string, who: string, password: string, ...more: string[]) =>
  inside([program, "-x", "-H", "ldap://127.0.0.1:1389", "-D", who, "-w", password, ...more]);

/** Names of the entries that somebody finds. */
const named = (text: string) => text.split("\n").flatMap((line) => /^dn: (.*)$/.exec(line)?.[1] ?? []);

/** What docs/directory.md says, for this commune. */
const read = (heading: string, block = 0) =>
  commandsOf("directory.md", heading, commune, block).map((line) => line.replace("dc=fr", "dc=test"));

async function run(command: string): Promise<string> {
  const { exitCode, output } = await asRead(project, command);
  expect(exitCode, `${command}\n${output}`).toBe(0);
  return output;
}

const everything = () => inside(["ldapsearch", "-Q", "-LLL", "-b", suffix]);

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    commune,
    `id: ${commune}
name: Annuaire-sur-Saône
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: assos-${commune}.test }
directory: {}
`,
  );
  mkdirSync(join(project.folder, "stacks", commune, "tenants"));
  await project.createStack(commune);
  await project.up(commune);
});

afterAll(async () => {
  await project.end(commune);
});

test("a directory has its groups, and a second update changes nothing", async () => {
  expect(named((await everything()).stdout)).toEqual([
    suffix,
    `ou=people,${suffix}`,
    `ou=groups,${suffix}`,
    `cn=agents,ou=groups,${suffix}`,
  ]);
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

let password = "";

test("somebody comes as the page says, with a password that is kept hashed", async () => {
  const [, ldif = ""] = /```ldif\n([\s\S]*?)```/.exec(readFileSync("docs/directory.md", "utf8")) ?? [];
  const text = ldif.replaceAll("dc=villeurbanne,dc=fr", suffix);
  writeFileSync(join(project.folder, "camille.ldif"), text);
  const [comes = "", sets = ""] = read("Somebody comes");
  await run(comes);
  password = /New password: (\S+)/.exec(await run(sets))?.[1] ?? "";
  expect(password.length).toBeGreaterThanOrEqual(8);
  expect((await asks("ldapwhoami", camille, password)).stdout).toBe(`dn:${camille}`);
  expect((await asks("ldapwhoami", camille, "another")).all).toContain("Invalid credentials");
  const stored = (await everything()).stdout;
  const hash = /^userPassword:: (.*)$/m.exec(stored.replaceAll("\n ", ""))?.[1] ?? "";
  expect(Buffer.from(hash, "base64").toString()).toMatch(/^\{ARGON2\}\$argon2id\$/);
});

test("a person reads their own entry and no more, and changes no name of theirs", async () => {
  const found = await asks("ldapsearch", camille, password, "-LLL", "-b", suffix);
  expect(named(found.stdout)).toEqual([]);
  const own = await asks("ldapsearch", camille, password, "-LLL", "-b", camille, "-s", "base");
  expect(own.stdout).toContain("mail: camille.durand@");
  expect(own.stdout).not.toContain("userPassword");
  const change = `dn: ${camille}\nchangetype: modify\nreplace: uid\nuid: admin\n`;
  await writeInside("change.ldif", change);
  expect((await asks("ldapmodify", camille, password, "-f", "/tmp/change.ldif")).all).toContain(
    "Insufficient access",
  );
  const stranger = await inside(["ldapsearch", "-x", "-H", "ldap://127.0.0.1:1389", "-b", suffix]);
  expect(stranger.all).toContain("anonymous bind disallowed");
});

const writeInside = (name: string, text: string) => inside(["bash", "-c", `cat > /tmp/${name}`], text);

test("a name or an address is one person's", async () => {
  const other = (uid: string, mail: string) =>
    `dn: cn=${uid},ou=people,${suffix}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: x\nmail: ${mail}\n`;
  for (const [uid, mail] of [
    ["camille", "x@x.test"],
    ["alix", "camille.durand@villeurbanne.fr"],
  ] as const) {
    await writeInside("other.ldif", other(uid, mail).replace(`cn=${uid}`, "cn=another"));
    const { all } = await inside(["ldapadd", "-Q", "-f", "/tmp/other.ldif"]);
    expect(all).toContain("Constraint violation (19)");
  }
});

test("another association is two groups more in the same pod, and people stay", async () => {
  const pod = async () =>
    (
      await execa(
        "kubectl",
        ["get", "pod", "-n", `${commune}-directory`, "directory-0", "--output=jsonpath={.metadata.uid}"],
        {
          env: project.environment,
        },
      )
    ).stdout;
  const before = await pod();
  writeFileSync(join(project.folder, "stacks", commune, "tenants", "chorale.yaml"), tenantText("chorale"));
  await project.up(commune);
  expect(await pod()).toBe(before);
  const names = named((await everything()).stdout);
  expect(names).toContain(`cn=t-chorale-members,ou=groups,${suffix}`);
  expect(names).toContain(`cn=t-chorale-admins,ou=groups,${suffix}`);
  expect(names).toContain(camille);
});

test("what was written is there after the pod was deleted, and is copied as the page says", async () => {
  const directory = ["-n", `${commune}-directory`];
  const kubectl = (...words: string[]) => execa("kubectl", words, { env: project.environment });
  await kubectl("delete", "pod", ...directory, "directory-0");
  await kubectl("rollout", "status", ...directory, "statefulset/directory", "--timeout=120s");
  await kubectl("wait", ...directory, "pod/directory-0", "--for=condition=Ready", "--timeout=120s");
  expect((await asks("ldapwhoami", camille, password)).stdout).toBe(`dn:${camille}`);
  const [copy = ""] = read("Copies", 1);
  await run(copy);
  expect(readFileSync(join(project.folder, "directory.ldif"), "utf8")).toContain(`dn: ${camille}`);
});

test("who goes is in no group any more", async () => {
  const members = async () =>
    (await inside(["ldapsearch", "-Q", "-LLL", "-b", `cn=agents,ou=groups,${suffix}`, "member"])).stdout;
  expect(await members()).toContain(`member: ${camille}`);
  const [goes = ""] = read("Somebody goes");
  await run(goes);
  expect(await members()).not.toContain("camille");
  expect((await asks("ldapwhoami", camille, password)).all).toContain("Invalid credentials");
});

test("nobody else in the cluster reaches it", async () => {
  const words = [
    "get",
    "service",
    "-n",
    `${commune}-directory`,
    "directory",
    "--output=jsonpath={.spec.clusterIP}",
  ];
  const { stdout: address } = await execa("kubectl", words, { env: project.environment });
  const reaches = async (host: string, port: number) => {
    const script = `timeout 3 bash -c 'exec 3<>/dev/tcp/${host}/${port}' && echo reached`;
    const pod = ["exec", "-n", `${commune}-t-chorale`, "deployment/t-chorale-site", "--"];
    const words = [...pod, "bash", "-c", script];
    return (await execa("kubectl", words, { env: project.environment, reject: false })).stdout;
  };
  expect(await reaches("127.0.0.1", 8080)).toBe("reached");
  expect(await reaches(address, 1389)).toBe("");
});
