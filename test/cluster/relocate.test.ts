import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { accessesWith } from "../../components/recovery/vault/access.ts";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { askEngine } from "../../scripts/approval/engine.ts";
import { descriptorsOf } from "../../scripts/directory.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import type { Surroundings } from "../../scripts/relocate/prepare.ts";
import { putAside } from "../../scripts/relocate/state.ts";
import { relocateCommand } from "../../scripts/relocate.ts";
import { Stack, settingsFile, settingsIn } from "../../scripts/stack.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";

/** A commune that loses its site, and one that keeps its copies and is linked with it. */
const members = [
  { id: "millery", insee: "69133", domain: "millery.test" },
  { id: "vernaison", insee: "69260", domain: "vernaison.test" },
];

/** Where each service has its files, and who writes them. */
const holders = [
  { service: "nextcloud", container: "php", folder: "/var/www/data/anna/files", rows: "nextcloud" },
  { service: "mastodon", container: "puma", folder: "/opt/mastodon/public/system/media", rows: "mastodon" },
  { service: "peertube", container: "peertube", folder: "/data/web-videos/anna", rows: "peertube" },
];

const cluster = openCluster(inject("cluster"));
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
const dispatcher = agentFor(doorway);
const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;

let metropolis: Metropolis;

const inService = ({ service, container }: (typeof holders)[number], script: string) =>
  metropolis.kubectl(
    ...[
      "-n",
      `millery-${service}`,
      "exec",
      `deployment/${service === "mastodon" ? "mastodon-web" : service}`,
    ],
    ...[`--container=${container}`, "--", "sh", "-euc", script],
  );
const sql = (database: string, text: string) =>
  metropolis.kubectl(
    ...["-n", "millery-database", "exec", "database-0", "--container=postgresql", "--", "psql"],
    ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
  );

const place = () => ({ folder: metropolis.project.folder, environment: metropolis.project.environment });
const stack = () => new Stack("millery", place().environment, place().folder);
const surroundings = (): Surroundings & { outputsOf: () => ReturnType<Stack["outputs"]> } => ({
  stacks: join(place().folder, "stacks"),
  outputsOf: () => stack().outputs(),
  stackOf: stack,
  seedOf: (id) => stackSeed(place(), id),
  settingsOf: (id) => settingsIn(settingsFile(id, place().folder)),
  putAside: (id) =>
    putAside((words, input) => askEngine(place(), words, input), id, join(place().folder, "aside")),
  kubectl: async (words, input) =>
    (await execa("kubectl", words, { env: cluster.environment, ...(input !== undefined && { input }) }))
      .stdout,
  fetch,
  descriptors: (asked) => descriptorsOf(join(place().folder, "stacks"), asked, doorway),
  now: () => new Date(),
});

async function said(run: Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  try {
    await run;
    return lines.join("\n");
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}

const relocate = (...words: string[]) =>
  said(relocateCommand(surroundings()).parseAsync(["millery", ...words], { from: "user" }));

const inDirectory = (script: string) =>
  metropolis.kubectl(
    ...["-n", "millery-directory", "exec", "directory-0", "--container=slapd", "--"],
    ...["bash", "-euo", "pipefail", "-c", script],
  );

/** Files and rows of each service, in one line each, and everything that is known of somebody. */
const contents = () =>
  Promise.all([
    inDirectory("ldapsearch -Q -LLL -b dc=millery,dc=test '(|(uid=anna)(cn=agents))' '*' '+'"),
    ...holders.map(async (holder) => {
      const files = await inService(
        holder,
        `cd ${holder.folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
      );
      const rows = await sql(holder.rows, "SELECT count(*), sum(hashtext(text)) FROM minutes");
      return `${files.replaceAll(/\s+/g, " ")}${rows.trim()}`;
    }),
  ]);

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  metropolis.know({ millery: { stack: "millery" } });
  const recovery = { vaults: ["vernaison"] };
  metropolis.declare("millery", { with: "all" }, { ...smallServices, directory: {}, recovery });
  const host = { recovery: { host: { millery: { space: "2 GiB" } } } };
  metropolis.declare("vernaison", { with: "all" }, { nextcloud: smallServices.nextcloud, ...host });
  for (const { id } of members) await metropolis.createStack(id);
  await metropolis.project.up("millery");
  await metropolis.project.up("vernaison");
  const made = "AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
  for (const holder of holders) {
    await inService(
      holder,
      `mkdir -p ${holder.folder}; for i in $(seq 200); do head -c 5000 /dev/urandom > ${holder.folder}/$i; done`,
    );
    await sql(holder.rows, `SET ROLE ${holder.rows}; CREATE TABLE minutes ${made}`);
  }
  await inDirectory(`ldapadd -Q << 'END'
dn: uid=anna,ou=people,dc=millery,dc=test
objectClass: inetOrgPerson
uid: anna
cn: Anna
sn: Anna
userPassword: what Anna knows

dn: cn=agents,ou=groups,dc=millery,dc=test
changetype: modify
add: member
member: uid=anna,ou=people,dc=millery,dc=test
END
for try in $(seq 100); do grep -q '^uid: anna$' /var/lib/ldap/entries.ldif && exit 0; sleep 1; done; exit 1`);
});

afterAll(async () => {
  await dispatcher.close();
  await metropolis.project.end(...members.map(({ id }) => id));
});

/** What is known of the commune when its site is lost. */
let then: string[];
let seed: string;

test("a commune that is linked has a restore point of each service and of its people, and does not move to where it is", async () => {
  await expect
    .poll(() => metropolis.states("vernaison", "millery"), { timeout: 300_000, interval: 5000 })
    .toMatchObject({ documents: "accepted" });
  const points = recoveryCommand(surroundings());
  const taken = await said(points.parseAsync(["point", "millery"], { from: "user" }));
  expect(taken.match(/^\w+: \S+-000001$/gm)).toHaveLength(4);
  then = await contents();
  seed = (await stackSeed(place(), "millery").read()) ?? "";
  await expect(relocate("--yes")).rejects.toThrow(/millery runs on this cluster/);
});

test("when its site and its state are lost, it comes back from its seed and another's vault: three services, every file and row, and people with their passwords", async () => {
  // The site is gone, and with it all that Pulumi knew of it.
  await metropolis.kubectl(
    "delete",
    "namespaces",
    "--selector",
    "commune.cloud/commune=millery",
    "--wait=true",
  );
  await metropolis.project.succeed("stack", "rm", "--force", "--yes", "millery");
  await metropolis.createStack("millery");
  await expect(relocate("--yes")).rejects.toThrow(/has no seed/);
  await stackSeed(place(), "millery").give(seed);
  await expect(relocate()).rejects.toThrow(/nobody is there to ask/);

  const began = Date.now();
  const told = await relocate("--yes");
  console.log(`Back on an empty cluster: ${Math.round((Date.now() - began) / 1000)} s\n${told}`);
  expect(told.match(/its first restore point here: \S+-000002$/gm)).toHaveLength(4);
  expect(await contents()).toEqual(then);
  expect(settingsIn(settingsFile("millery", place().folder)).incarnation).toBe("2");
});

test("afterwards its link is as it was, untouched by its peer, and nothing is left to apply", async () => {
  await expect
    .poll(() => metropolis.states("vernaison", "millery"), { timeout: 300_000, interval: 5000 })
    .toMatchObject({ documents: "accepted" });
  const quiet = await metropolis.project.succeed("preview", "-s", "millery");
  expect(quiet).toMatch(/\d+ unchanged/);
  expect(quiet).not.toMatch(/to (create|update|delete|replace)/);
});

test("a site that was left gets nothing to the vault any more, and cannot say that it is the later one", async () => {
  const settings = ["-n", "millery-nextcloud", "configmap", "restore-point"] as const;
  const [where, name, ...which] = settings;
  const text = await metropolis.kubectl(
    where,
    name,
    "get",
    ...which,
    "--output=jsonpath={.data.settings\\.json}",
  );
  expect(JSON.parse(text)).toMatchObject({ incarnation: 2 });
  // As the pods of the site of before are told.
  const left = JSON.stringify({ ...JSON.parse(text), incarnation: 1 });
  const patch = JSON.stringify({ data: { "settings.json": left } });
  await metropolis.kubectl(where, name, "patch", ...which, "--type=merge", "--patch", patch);
  const points = recoveryCommand(surroundings());
  const taken = said(points.parseAsync(["point", "millery", "--service", "nextcloud"], { from: "user" }));
  expect(await taken.catch(String)).toMatch(
    /incarnation 2 of this commune, and this one is 1: another site took/,
  );
  // Whatever its programs do, with what it opened the vault with.
  const key = Buffer.from(deriveSecret(seed, "millery", descriptorLabel), "base64url");
  const named = { host: "vernaison", domain: "vernaison.test", guest: "millery" };
  const access = accessesWith(key, [{ ...named, address: "vault-millery.vernaison.test" }], 1);
  const vault = access.vernaison && new OpenVault("vernaison", access.vernaison, fetch);
  await expect(vault?.put("once/point-nextcloud-000099", Buffer.from("x"))).rejects.toThrow(
    /403.*a later site of its guest took over/,
  );
  expect((await vault?.status())?.guest).toBe("millery");
  await metropolis.project.succeed("config", "set", "commune:incarnation", "1", "-s", "millery");
  const refused = await metropolis.project.pulumi(["preview", "-s", "millery"]);
  expect(refused.output).toContain("commune:incarnation was 2 and is 1");
});

test("the state of a site that is left is put aside by the real engine: the stack is empty, and has the seed that it is given; it comes back whole", async () => {
  const resources = async (): Promise<string[]> => {
    const { deployment } = JSON.parse(await askEngine(place(), ["stack", "export", "-s", "millery"]));
    return deployment.resources.map(({ urn }: { urn: string }) => urn);
  };
  const [before, outputs] = [await resources(), await stack().outputs()];
  const ofStack = stackSeed(place(), "millery");
  const own = (await ofStack.read()) ?? "";
  await ofStack.give(own);
  const file = (await surroundings().putAside("millery", undefined)) ?? "";
  expect(await stack().outputs()).toEqual({});
  expect(await ofStack.read()).toBe(own);
  await askEngine(place(), ["stack", "import", "-s", "millery"], readFileSync(file, "utf8"));
  expect(await resources()).toEqual(before);
  expect(await stack().outputs()).toEqual(outputs);
});
