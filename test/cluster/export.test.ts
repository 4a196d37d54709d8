import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { askEngine } from "../../scripts/engine.ts";
import { streamWith } from "../../scripts/export/data.ts";
import type { Surroundings } from "../../scripts/export/prepare.ts";
import { exportCommand } from "../../scripts/export.ts";
import { importCommand } from "../../scripts/import.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { Stack, settingsFile, settingsIn } from "../../scripts/stack.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";
import { Project } from "./project.ts";

/** A commune that leaves the toolkit, and one that keeps its copies. */
const members = [
  { id: "feyzin", insee: "69276", domain: "feyzin.test" },
  { id: "corbas", insee: "69273", domain: "corbas.test" },
];

/** Folder of each service's files, and the container that writes them. */
const holders = [
  { service: "nextcloud", deployment: "nextcloud", container: "php", folder: "/var/www/data/anna/files" },
  {
    service: "mastodon",
    deployment: "mastodon-web",
    container: "puma",
    folder: "/opt/mastodon/public/system/media",
  },
];

const cluster = openCluster(inject("cluster"));
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;

let metropolis: Metropolis;
let folder: string;

const inService = ({ service, deployment, container }: (typeof holders)[number], script: string) =>
  metropolis.kubectl(
    ...["-n", `feyzin-${service}`, "exec", `deployment/${deployment}`, `--container=${container}`],
    ...["--", "sh", "-euc", script],
  );
const sql = (database: string, text: string) =>
  metropolis.kubectl(
    ...["-n", "feyzin-database", "exec", "database-0", "--container=postgresql", "--", "psql"],
    ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
  );

const place = () => ({ folder: metropolis.project.folder, environment: metropolis.project.environment });
const kubectl: Surroundings["kubectl"] = async (words, input) =>
  (await execa("kubectl", words, { env: cluster.environment, ...(input !== undefined && { input }) })).stdout;
const surroundings = (): Surroundings => ({
  stacks: join(place().folder, "stacks"),
  outputsOf: () => new Stack("feyzin", place().environment, place().folder).outputs(),
  seedOf: (id) => stackSeed(place(), id),
  engine: (_, __, words) => askEngine(place(), words),
  stream: streamWith(() => cluster.environment),
  room: () => Number.POSITIVE_INFINITY,
  kubectl,
  fetch,
  descriptors: async () => [],
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

/** Files and rows of each service, in one line each. */
const contents = () =>
  Promise.all(
    holders.map(async (holder) => {
      const files = await inService(
        holder,
        `cd ${holder.folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
      );
      const rows = await sql(holder.service, "SELECT count(*), sum(hashtext(text)) FROM minutes");
      return `${files.replaceAll(/\s+/g, " ")}${rows.trim()}`;
    }),
  );

/** Status that a person gets of a service from outside. */
const answers = (host: string) =>
  undiciFetch(`https://${host}/`, { dispatcher, redirect: "manual" }).then(({ status }) => status);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "commune-export-"));
  metropolis = new Metropolis(cluster, members);
  metropolis.know({ feyzin: { stack: "feyzin" } });
  const { nextcloud, mastodon } = smallServices;
  metropolis.declare("feyzin", { with: "all" }, { nextcloud, mastodon, recovery: { vaults: ["corbas"] } });
  metropolis.declare("corbas", { with: "all" }, { recovery: { host: { feyzin: { space: "1 GiB" } } } });
  for (const { id } of members) await metropolis.createStack(id);
  await metropolis.project.up("feyzin");
  await metropolis.project.up("corbas");
  for (const holder of holders) {
    await inService(
      holder,
      `mkdir -p ${holder.folder}; for i in $(seq 200); do head -c 5000 /dev/urandom > ${holder.folder}/$i; done; chmod 600 ${holder.folder}/7`,
    );
    await sql(
      holder.service,
      `SET ROLE ${holder.service}; CREATE TABLE minutes AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id`,
    );
  }
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await dispatcher.close();
  await metropolis.project.end(...members.map(({ id }) => id));
});

const target = () => join(folder, "feyzin");
const leave = (...words: string[]) =>
  said(exportCommand(surroundings()).parseAsync(["feyzin", "--to", target(), ...words], { from: "user" }));

/** Name of the cluster's context, as a person would look it up. */
const contextHere = async () => (await metropolis.kubectl("config", "current-context")).trim();

/** Contents of the commune when it leaves. */
let then: string[];
let seed: string;

test("a commune without a restore point is told so; with one of each service, it leaves as a folder that only its owner reads", async () => {
  await expect(leave()).rejects.toThrow(
    /nextcloud: there is no complete restore point.*mastodon: there is no complete restore point/s,
  );
  await said(recoveryCommand(surroundings()).parseAsync(["point", "feyzin"], { from: "user" }));
  then = await contents();
  seed = (await stackSeed(place(), "feyzin").read()) ?? "";
  const began = Date.now();
  const told = await leave();
  console.log(`Export: ${Math.round((Date.now() - began) / 1000)} s\n${told}`);
  expect(statSync(target()).mode & 0o777).toBe(0o700);
  expect(readdirSync(target())).toContain("LISEZMOI.md");
  for (const file of readdirSync(join(target(), "secrets")))
    expect(statSync(join(target(), "secrets", file)).mode & 0o777).toBe(0o600);
  await expect(leave()).rejects.toThrow(/is there already/);
  // The pod that brought it is gone again.
  const jobs = await metropolis.kubectl("-n", "feyzin-nextcloud", "get", "jobs", "--output=name");
  expect(jobs).not.toContain("job.batch/export-");
});

test("on an empty cluster it comes back with what its page says, kubectl alone: every file and row, and it answers", async () => {
  await metropolis.kubectl("delete", "namespaces", "--selector=commune.cloud/commune=feyzin", "--wait=true");
  const page = readFileSync(join(target(), "LISEZMOI.md"), "utf8");
  const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text = ""]) =>
    text.trim().split("\n"),
  );
  expect(commands.length).toBeGreaterThan(8);
  // Nothing but what every machine has, and no Pulumi on the way.
  const environment = {
    ...cluster.environment,
    contexte: await contextHere(),
    PULUMI_BACKEND_URL: "file:///nowhere",
  };
  for (const command of commands) {
    // What is there before is a fresh service's: nothing of the old one was left on a volume.
    if (command.startsWith("sh reprise.sh ")) {
      for (const { service } of holders)
        expect((await sql(service, "SELECT coalesce(to_regclass('minutes')::text, 'none')")).trim()).toBe(
          "none",
        );
    }
    const began = Date.now();
    const { exitCode, all } = await execa("sh", ["-c", command], {
      cwd: target(),
      env: environment,
      all: true,
      reject: false,
    });
    console.log(`${Math.round((Date.now() - began) / 1000)} s  ${command}`);
    if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${all}`);
  }
  expect(await contents()).toEqual(then);
  for (const { service } of holders) {
    const host = await metropolis.kubectl(
      ...["-n", `feyzin-${service}`, "get", "ingress", "--output=jsonpath={.items[0].spec.rules[0].host}"],
    );
    await expect.poll(() => answers(host), { timeout: 60_000, interval: 1000 }).toBeLessThan(400);
  }
});

test("nothing of Pulumi is in it, what writes to the vaults sleeps, and data that was put back is not put back twice", async () => {
  const { stdout } = await execa("grep", ["-rlE", "pulumi\\.com/", "manifestes", "reprise", "secrets"], {
    cwd: target(),
    reject: false,
  });
  expect(stdout).toBe("");
  const suspended = await metropolis.kubectl(
    ...["-n", "feyzin-nextcloud", "get", "cronjob", "restore-point", "--output=jsonpath={.spec.suspend}"],
  );
  expect(suspended).toBe("true");
  const again = await execa("sh", ["reprise.sh", "--context", await contextHere()], {
    cwd: target(),
    env: cluster.environment,
  });
  expect(again.stdout).toContain("Les lignes du point sont déjà en place.");
  expect(await contents()).toEqual(then);
});

test("a folder is taken over by another checkout: a declaration, and a stack of the real engine with its settings and its seed", async () => {
  const other = new Project(cluster.environment);
  try {
    const stacks = join(other.folder, "stacks");
    rmSync(stacks, { recursive: true });
    mkdirSync(stacks);
    const there = { folder: other.folder, environment: other.environment };
    const take = () =>
      said(
        importCommand({ stacks, engine: (_, words, input) => askEngine(there, words, input) }).parseAsync(
          [target()],
          { from: "user" },
        ),
      );
    expect(await take()).toContain("npx pulumi up -s feyzin");
    expect(await stackSeed(there, "feyzin").read()).toBe(seed);
    const settings = (folder: string) => settingsIn(settingsFile("feyzin", folder));
    expect(settings(other.folder)).toEqual({ ...settings(place().folder), seed: "[secret]" });
    const declared = (folder: string) =>
      readFileSync(join(folder, "stacks", "feyzin", "commune.yaml"), "utf8");
    expect(declared(other.folder)).toBe(declared(place().folder));
    expect(await take()).toContain("npx pulumi up -s feyzin");
  } finally {
    other.remove();
  }
});
