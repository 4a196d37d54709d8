import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { DrillEntry } from "../../audit/drills/log.ts";
import { statusName } from "../../components/federation/status.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { descriptorsOf } from "../../scripts/directory.ts";
import { answerThrough } from "../../scripts/drill/answers.ts";
import { copyStack } from "../../scripts/drill/copy.ts";
import type { Surroundings } from "../../scripts/drill/prepare.ts";
import { footprintsOf } from "../../scripts/drill/room.ts";
import { drillCommand } from "../../scripts/drill.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { Stack, settingsFile, settingsIn } from "../../scripts/stack.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";

/** A commune that drills, and one that keeps its copies and is linked with it. */
const members = [
  { id: "brindas", insee: "69028", domain: "brindas.test" },
  { id: "messimy", insee: "69131", domain: "messimy.test" },
];

/**
 * Folder of each service's files, and the container that writes them. All three, an association, and a second cluster:
 * `npm run campaign drill`.
 */
const holders = [
  { service: "nextcloud", container: "php", folder: "/var/www/data/anna/files" },
  { service: "peertube", container: "peertube", folder: "/data/web-videos/anna" },
];

const cluster = openCluster(inject("cluster"));
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
const dispatcher = agentFor(doorway);
const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;

let metropolis: Metropolis;

const inService = (commune: string, { service, container }: (typeof holders)[number], script: string) =>
  metropolis.kubectl(
    ...["-n", `${commune}-${service}`, "exec"],
    ...[`deployment/${service}`, `--container=${container}`],
    ...["--", "sh", "-euc", script],
  );
const sql = (commune: string, database: string, text: string) =>
  metropolis.kubectl(
    ...["-n", `${commune}-database`, "exec", "database-0", "--container=postgresql", "--", "psql"],
    ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
  );

/** Writing of a row each half second, each committed alone, until there is a table `enough`. */
let beating: Promise<string>;
/** Times of the rows that came back to a moment, before they are removed from the copy again. */
let ofMoment: number[] | undefined;

const beats = async (commune: string, database: string) => {
  const text = await sql(
    commune,
    database,
    "SELECT floor(extract(epoch FROM at) * 1000) FROM beats ORDER BY at",
  );
  return text.trim().split("\n").map(Number);
};

/** Whether a command to the cluster is the first that removes rows of a moment: those of Nextcloud. */
const removesMoment = (words: readonly string[], input = "") =>
  words.includes("--namespace=drill-brindas-database") &&
  input.includes('"release"') &&
  ofMoment === undefined;

/** Waits until all that was written until now is at the vault. */
const shipped = () => {
  const now = Date.now();
  const until = async () => {
    const words = ["exec", "keeper-0", "--container=ship", "--", "cat", "/spool/status.json"];
    const text = await metropolis.kubectl("-n", "brindas-database-keeper", ...words);
    return Date.parse((JSON.parse(text) as KeeperStatus).shipped?.until ?? "");
  };
  return expect.poll(until, { timeout: 240_000, interval: 2000 }).toBeGreaterThan(now);
};

/** Files and rows of each service, in one line each. */
const contents = (commune: string) =>
  Promise.all(
    holders.map(async (holder) => {
      const files = await inService(
        commune,
        holder,
        `cd ${holder.folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
      );
      const rows = await sql(commune, holder.service, "SELECT count(*), sum(hashtext(text)) FROM minutes");
      return `${files.replaceAll(/\s+/g, " ")}${rows.trim()}`;
    }),
  );

/** Everything that is declared of the commune, as the cluster has it: not what it and its reconciler say of how it goes. */
async function declared(commune: string): Promise<string[]> {
  const kinds = [
    ...["namespaces", "configmaps", "secrets", "services", "persistentvolumeclaims", "deployments"],
    ...["statefulsets", "cronjobs", "ingresses", "networkpolicies", "resourcequotas", "limitranges"],
  ];
  const selector = `--selector=commune.cloud/commune=${commune}`;
  const words = ["get", kinds.join(","), "--all-namespaces", selector, "--output=json"];
  const { items } = JSON.parse(await metropolis.kubectl(...words)) as {
    items: { metadata: Record<string, unknown>; status?: unknown }[];
  };
  return items
    .filter(({ metadata: { name } }) => name !== statusName)
    .map(({ status: _, metadata: { resourceVersion: __, managedFields: ___, ...metadata }, ...rest }) =>
      JSON.stringify({ ...rest, metadata }),
    )
    .sort();
}

/** Every file at the vault but those of the database's keeper, which ships what the live commune writes. */
/** Without locks of restic, which whoever reads makes, and which may stay when it is cut short. */
const atVault = () =>
  metropolis.kubectl(
    ...["-n", "messimy-vault-brindas", "exec", "deployment/vault-brindas", "--", "sh", "-euc"],
    "cd /vault && find . -type f | grep -v -e ^./database/ -e /locks/ | sort",
  );

const place = () => ({ folder: metropolis.project.folder, environment: metropolis.project.environment });
const stacks = () => join(place().folder, "stacks");
/** Callback while the copy is there, and serves. */
let meanwhile: () => Promise<void> = async () => undefined;
const answer = answerThrough(cluster.environment);
const surroundings = (): Surroundings & { outputsOf: () => ReturnType<Stack["outputs"]> } => ({
  stacks: stacks(),
  outputsOf: () => new Stack("brindas", place().environment, place().folder).outputs(),
  seedOf: (id) => stackSeed(place(), id),
  settingsOf: (stack) => settingsIn(settingsFile(stack, place().folder)),
  copyOf: (id) => copyStack(place(), id),
  kubectl: async (words, input) => {
    if (removesMoment(words, input)) ofMoment = await beats("drill-brindas", "nextcloud-point-drill");
    return (
      await execa("kubectl", words, { env: cluster.environment, ...(input !== undefined && { input }) })
    ).stdout;
  },
  fetch,
  descriptors: (asked) => descriptorsOf(stacks(), asked, doorway),
  now: () => new Date(),
  footprintsOf,
  answer: async (asked) => {
    const status = await answer(asked);
    if (asked.service === "peertube") await meanwhile();
    return status;
  },
});

async function said(run: () => Promise<unknown>): Promise<{ text: string; exitCode: unknown }> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  try {
    await run();
    return { text: lines.join("\n"), exitCode: process.exitCode };
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}

const drill = (...words: string[]) =>
  said(() => drillCommand(surroundings()).parseAsync(["brindas", ...words], { from: "user" }));
const log = async () =>
  JSON.parse(
    (await said(() => verifyLogCommand(stacks()).parseAsync(["brindas", "--json"], { from: "user" }))).text,
  ) as { drills: { lines: { entry: Record<string, unknown>; problems: string[] }[] } };

/** Whether a program in a pod gets a connection: through the real policies of the network. */
async function connects(commune: string, host: string, port: number): Promise<boolean> {
  const program = `const socket = require("node:net").connect({ host: "${host}", port: ${port} }); const end = (said) => { console.log(said); process.exit(); }; socket.setTimeout(4000, () => end("closed")); socket.on("connect", () => end("open")); socket.on("error", () => end("closed"));`;
  const found = await metropolis.kubectl(
    ...["-n", `${commune}-peertube`, "exec", "deployment/peertube", "--container=peertube", "--"],
    ...["node", "-e", program],
  );
  return found.trim() === "open";
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  metropolis.know({ brindas: { stack: "brindas" } });
  const { nextcloud, peertube } = smallServices;
  const recovery = { vaults: ["messimy"], rpo: "1 minute" };
  metropolis.declare("brindas", { with: "all" }, { nextcloud, peertube, recovery });
  const host = { recovery: { host: { brindas: { space: "2 GiB" } } } };
  metropolis.declare("messimy", { with: "all" }, host);
  for (const { id } of members) await metropolis.createStack(id);
  await metropolis.project.up("brindas");
  await metropolis.project.up("messimy");
  const made = "AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
  for (const holder of holders) {
    await inService(
      "brindas",
      holder,
      `mkdir -p ${holder.folder}; for i in $(seq 200); do head -c 5000 /dev/urandom > ${holder.folder}/$i; done`,
    );
    await sql("brindas", holder.service, `SET ROLE ${holder.service}; CREATE TABLE minutes ${made}`);
  }
  await sql("brindas", "nextcloud", "SET ROLE nextcloud; CREATE TABLE beats (at timestamptz)");
  beating = sql(
    "brindas",
    "nextcloud",
    "DO $$ BEGIN FOR beat IN 1..2400 LOOP EXIT WHEN to_regclass('enough') IS NOT NULL; INSERT INTO beats VALUES (clock_timestamp()); COMMIT; PERFORM pg_sleep(0.5); END LOOP; END $$",
  );
  const points = recoveryCommand(surroundings());
  const taken = await said(() => points.parseAsync(["point", "brindas"], { from: "user" }));
  expect(taken.text.match(/^\w+: \S+-000001$/gm)).toHaveLength(holders.length);
});

afterAll(async () => {
  await sql("brindas", "nextcloud", "CREATE TABLE enough ()").then(() => beating);
  await dispatcher.close();
  await metropolis.project.end("drill-brindas", ...members.map(({ id }) => id));
});

test("a drill beside its commune is asked for by name, and by a person", async () => {
  await expect(drill("--yes")).rejects.toThrow(/name its context, --to <context>/);
  await expect(drill("--beside")).rejects.toThrow(/standard input is no terminal/);
  expect(await log()).toMatchObject({ drills: { lines: [] } });
});

test("services come back closed, compared and counted, and nothing of it is left; the commune and its vault are as before", async () => {
  const before = await Promise.all([contents("brindas"), declared("brindas"), atVault()]);
  expect(before[1].length).toBeGreaterThan(40);
  expect(before[2].split("\n").length).toBeGreaterThan(15);
  let looked: Promise<void> | undefined;
  const look = async () => {
    expect(await contents("drill-brindas")).toEqual(before[0]);
    const ingresses = ["get", "ingresses", "--all-namespaces", "--output=name"];
    expect(await metropolis.kubectl(...ingresses, "--selector=commune.cloud/commune=drill-brindas")).toBe("");
    const namespaces = await metropolis.kubectl("get", "namespaces", "--output=name");
    expect(namespaces).not.toMatch(/drill-brindas-(federation|vault|database-keeper)/);
    // The way to the others' public names, which the commune itself has.
    expect(await connects("brindas", cluster.layout.network.ingress, 443)).toBe(true);
    expect(await connects("drill-brindas", cluster.layout.network.ingress, 443)).toBe(false);
    const live = (await metropolis.kubectl(
      ...["-n", "brindas-database", "get", "pod", "database-0", "--output=jsonpath={.status.podIP}"],
    )) as string;
    expect(await connects("brindas", live, 5432)).toBe(true);
    expect(await connects("drill-brindas", live, 5432)).toBe(false);
  };
  // What it finds is said below: to the drill, an answer that fails is one to ask for again.
  meanwhile = async () => {
    looked ??= look();
    await looked.catch(() => undefined);
  };
  await shipped();
  const { text, exitCode } = await drill("--beside", "--yes");
  meanwhile = async () => undefined;
  console.log(text);
  expect(exitCode, text).toBeUndefined();
  expect(looked).toBeDefined();
  await looked;
  expect(text).toMatch(/It came back in \d+ min \d+ s; \d+ min \d+ s would have been lost\./);
  const left = await metropolis.kubectl(
    ...[
      "get",
      "namespaces,persistentvolumes",
      "--output=jsonpath={.items[*].metadata.name} {.items[*].spec.claimRef.namespace}",
    ],
  );
  expect(left).not.toContain("drill-brindas");
  expect(await metropolis.project.succeed("stack", "ls", "--json")).not.toContain("drill-brindas");
  expect(existsSync(settingsFile("drill-brindas", place().folder))).toBe(false);
  expect(await Promise.all([contents("brindas"), declared("brindas"), atVault()])).toEqual(before);
  const {
    drills: {
      lines: [line],
    },
  } = await log();
  expect(line?.problems).toEqual([]);
  expect(line?.entry).toMatchObject({ outcome: "passed", besideLive: true, problems: [], left: [] });
  expect(line?.entry.services).toHaveLength(holders.length);
  const { moments, services = [] }: Partial<DrillEntry> = line?.entry ?? {};
  expect(moments).toMatchObject([
    { server: "database", vault: "messimy", databases: ["nextcloud", "peertube"], rows: expect.any(Number) },
  ]);
  const at = Date.parse(moments?.[0]?.at ?? "");
  const taken = Date.parse(services[0]?.point.slice(0, 20) ?? "");
  const live = await beats("brindas", "nextcloud");
  // Written after the last point and before the moment: there. Written later: not there, though it was by then.
  expect(ofMoment?.filter((beat) => beat > taken).length).toBeGreaterThan(2);
  expect(ofMoment?.filter((beat) => beat > at)).toEqual([]);
  expect(live.filter((beat) => beat > at).length).toBeGreaterThan(2);
  const until = live.filter((beat) => beat <= at).length;
  // A row that was being committed at the moment is on either side.
  expect([until - 1, until]).toContain(ofMoment?.length);
});

test("one that is interrupted is taken away too, and written down as one that failed", async () => {
  const running = drill("--beside", "--yes", "--service", "nextcloud");
  await expect
    .poll(() => metropolis.kubectl("get", "namespaces", "--output=name"), { timeout: 120_000, interval: 500 })
    .toContain("namespace/drill-brindas-nextcloud");
  process.emit("SIGTERM");
  const { text, exitCode } = await running;
  expect(exitCode).toBe(1);
  expect(text).toContain("✘ it was interrupted");
  expect(await metropolis.kubectl("get", "namespaces", "--output=name")).not.toContain("drill-brindas");
  const {
    drills: { lines },
  } = await log();
  expect(lines.map(({ entry, problems }) => [entry.outcome, problems])).toEqual([
    ["passed", []],
    ["failed", []],
  ]);
});
