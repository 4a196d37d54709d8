import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { descriptorsOf } from "../../scripts/directory.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { Stack } from "../../scripts/stack.ts";
import { type Surroundings, undoCommand } from "../../scripts/undo.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";

/** A commune with documents, and one that keeps its copies. */
const members = [
  { id: "charly", insee: "69046", domain: "charly.test" },
  { id: "irigny", insee: "69100", domain: "irigny.test" },
];
const namespace = "charly-nextcloud";

const cluster = openCluster(inject("cluster"));
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
const dispatcher = agentFor(doorway);
const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;

let metropolis: Metropolis;

const kubectl = (...words: string[]) => metropolis.kubectl(...words);
const inPhp = (script: string) =>
  kubectl("-n", namespace, "exec", "deployment/nextcloud", "--container=php", "--", "sh", "-euc", script);
const sql = (database: string, text: string) =>
  kubectl(
    ...["-n", "charly-database", "exec", "database-0", "--container=postgresql", "--", "psql"],
    ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
  );
const git = (...words: string[]) =>
  execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: metropolis.project.folder });

const stack = () => new Stack("charly", metropolis.project.environment, metropolis.project.folder);
const surroundings = (): Surroundings & { outputsOf: (id: string) => ReturnType<Stack["outputs"]> } => ({
  stacks: join(metropolis.project.folder, "stacks"),
  stackOf: stack,
  outputsOf: () => stack().outputs(),
  kubectl: async (words, input) =>
    (await execa("kubectl", words, { env: cluster.environment, ...(input !== undefined && { input }) }))
      .stdout,
  fetch,
  descriptors: (asked) => descriptorsOf(join(metropolis.project.folder, "stacks"), asked, doorway),
  now: () => new Date(),
});

async function said(command: Command, words: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  process.exitCode = undefined;
  try {
    await command.parseAsync(words, { from: "user" });
    return lines.join("\n");
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}

const restore = (...words: string[]) =>
  said(restoreCommand(surroundings()), ["charly", "--service", "nextcloud", "--yes", ...words]);

const declaration = () => join(metropolis.project.folder, "stacks/charly/commune.yaml");
const version = (wanted: string) =>
  metropolis.declare(
    "charly",
    { with: "all" },
    { nextcloud: { ...smallServices.nextcloud, version: wanted }, recovery: { vaults: ["irigny"] } },
  );

/** Files, rows and code, each in one line. */
const files = () =>
  inPhp("cd /var/www/data && find anna -type f -exec sha256sum {} + | sort -k 2 | sha256sum");
const rows = () => sql("nextcloud", "SELECT count(*), sum(hashtext(text)) FROM minutes");
const neighbour = () => sql("neighbour", "SELECT count(*), sum(hashtext(text)) FROM kept");
const code = () =>
  inPhp("cat /var/www/html/core/signature.json; php /var/www/html/occ status --output=json | tail -n 1");
const all = async () => [await files(), await rows(), await code()];

/** Files that are not Anna's, and rows, table by table, but for what the service writes of itself and what it reads again of her folder. */
const others = async () => [
  await inPhp(
    "cd /var/www/data && find . -type f -not -path './anna/*' -not -path './.restore-*' -not -name '*.log' -exec sha256sum {} + | sort -k 2",
  ),
  await sql(
    "nextcloud",
    `SELECT table_name, md5(query_to_xml(format('SELECT * FROM %I AS each %s ORDER BY each::text', table_name,
       CASE table_name WHEN 'oc_filecache' THEN $$WHERE path <> '' AND path NOT LIKE 'files%'$$ ELSE '' END),
       true, false, '')::text)
       FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND table_name NOT IN ('oc_jobs', 'oc_appconfig', 'oc_mimetypes', 'oc_storages') ORDER BY 1`,
  ),
];

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  // An upgrade that fails is told after half an hour.
  metropolis.project.edit("components/services/nextcloud/index.ts", (text) =>
    text.replace(
      'customTimeouts: { create: "30m", update: "30m" }',
      'customTimeouts: { create: "30m", update: "100s" }',
    ),
  );
  metropolis.know({ charly: { stack: "charly" } });
  version("33.0.7");
  metropolis.declare("irigny", { with: "all" }, { recovery: { host: { charly: { space: "1 GiB" } } } });
  await git("init", "--quiet");
  await git("add", "stacks");
  await git("commit", "--quiet", "--message", "33.0.7");
  for (const { id } of members) await metropolis.createStack(id);
  for (const { id } of members) await metropolis.project.up(id);
  await inPhp(
    "mkdir -p /var/www/data/anna/files; for i in $(seq 50); do head -c 5000 /dev/urandom > /var/www/data/anna/files/$i; done",
  );
  const made = "AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
  await sql("nextcloud", `SET ROLE nextcloud; CREATE TABLE minutes ${made}`);
  await sql("postgres", "CREATE DATABASE neighbour");
  await sql("neighbour", `CREATE TABLE kept ${made}`);
});

afterAll(async () => {
  await dispatcher.close();
  await metropolis.project.end(...members.map(({ id }) => id));
});

test("a service goes back to a point with its rows, its neighbour on the server does not, and forth again", async () => {
  const taken = await said(recoveryCommand(surroundings()), ["point", "charly"]);
  const id = /^nextcloud: (.*)$/.exec(taken)?.[1] ?? "";
  const [then, beside] = [await all(), await neighbour()];
  await sql("nextcloud", "DELETE FROM minutes WHERE id > 400; INSERT INTO minutes VALUES (0, 'new')");
  await inPhp("cd /var/www/data/anna/files && rm 1 2 3 && echo new > since");
  const now = await all();
  const began = Date.now();
  const told = await restore("--point", id, "--with-rows");
  console.log(`Files and rows back: ${Date.now() - began} ms\n${told}`);
  expect(await all()).toEqual(then);
  expect(await neighbour()).toBe(beside);
  const owner =
    "SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = 'nextcloud'";
  expect((await sql("nextcloud", owner)).trim()).toBe("nextcloud");
  expect((await inPhp("php /var/www/html/occ config:system:get data-fingerprint")).trim()).toMatch(
    /^[0-9a-f]{32}$/,
  );
  await restore("--point", id, "--undo");
  expect(await all()).toEqual(now);
  await restore("--point", id, "--release");
  // One folder, while the service serves: whatever else there is stays equal to the byte.
  await inPhp(
    "cd /var/www/data && rm -r anna/files && mkdir -p berthe/files && echo later > berthe/files/since",
  );
  const before = await others();
  await restore("--point", id, "--only", "anna/files");
  expect([await files(), await rows()]).toEqual([then[0], now[1]]);
  expect(await others()).toEqual(before);
  const left = await sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'nextcloud-%'");
  expect(left.trim()).toBe("0");
});

test("an upgrade takes a point first, fails, and is undone: declaration, version, rows and files are as before", async () => {
  const before = await all();
  await inPhp("php /var/www/html/occ config:app:set double fail_upgrade --value=yes");
  version("34.0.2");
  const preview = await metropolis.project.succeed("preview", "-s", "charly");
  const job = /is at a vault \(Job (restore-point-[0-9a-f]{8}-before)\)/.exec(preview)?.[1] ?? "";
  expect(preview).toMatch(new RegExp(`\\+ +kubernetes:batch/v1:Job +charly-nextcloud-${job}`));
  const failed = await metropolis.project.pulumi(["up", "--yes", "-s", "charly"]);
  expect(failed.exitCode, failed.output).not.toBe(0);
  // What a migration does to data before it stops.
  await sql("nextcloud", "UPDATE minutes SET text = 'migrated' WHERE id % 2 = 0; CREATE TABLE half (id int)");
  const began = Date.now();
  const told = await said(undoCommand(surroundings()), ["charly", "--yes"]);
  console.log(`Undone: ${Date.now() - began} ms\n${told}`);
  expect(told).toContain("The last update was not completed");
  expect(readFileSync(declaration(), "utf8")).toContain("version: 33.0.7");
  expect((await git("status", "--porcelain", "stacks/charly")).stdout).toBe("");
  expect(await all()).toEqual(before);
  const status = await inPhp("php /var/www/html/occ status --output=json | tail -n 1");
  expect(status).toContain('"versionstring":"33.0.7"');
  // Its door was shut meanwhile.
  const door = () =>
    fetch("https://cloud.charly.test/status.php", { method: "GET", headers: {} }).then((answer) =>
      answer.text(),
    );
  await expect.poll(door, { timeout: 30_000 }).toContain('"maintenance":false');
  const quiet = await metropolis.project.succeed("preview", "-s", "charly");
  expect(quiet).not.toContain("restore point");
});
