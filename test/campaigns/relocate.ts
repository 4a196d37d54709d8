import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { relocateCommand } from "../../scripts/relocate.ts";
import { type Site, TwoSites } from "./relocate/sites.ts";
import { holders, LostTown, members, peer, town, written } from "./relocate/town.ts";

/** What a campaign came to. */
export interface RelocateCampaign {
  mib: number;
  isPlanned: boolean;
  /** Whether every sum of files and rows was as it was. */
  isEqual: boolean;
  /** Rows that were acknowledged and did not come back: how old the first of them was, seconds, and how many. */
  rpoSeconds: number;
  rowsLost: number;
  isWithoutAGap: boolean;
  /** From the command until every service answered under its name, with the rows of the log. */
  rtoSeconds: number;
  steps: { step: string; seconds: number }[];
  /** From the new names until the neighbour knew of the points that were taken at the new site, its link open. */
  linkSeconds: number;
  loadAverage: number[];
}

const seconds = (since: number) => Math.round((Date.now() - since) / 100) / 10;

async function until<T>(what: string, timeoutSeconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} was not seen within ${timeoutSeconds} s`);
    await sleep(1000);
  }
}

/** Runs a command as its words, and hands each line on with the seconds since it began. */
async function said(run: () => Promise<unknown>, line: (text: string, at: number) => void): Promise<void> {
  const log = console.log;
  const began = Date.now();
  console.log = (text: unknown) => line(String(text), seconds(began));
  try {
    await run();
  } finally {
    console.log = log;
  }
}

/**
 * Two clusters of this machine. A commune with three services lives on the first one; its neighbour, on the second one,
 * keeps its copies and is linked with it. Rows are written until the first one is killed and everything of it deleted.
 * Then the commune comes back on the second, from its declaration, its seed and its neighbour's vault.
 */
export async function relocateCampaign(
  { mib, isPlanned, random }: Pick<Given, "mib" | "isPlanned" | "random">,
  report: (line: string) => void,
): Promise<RelocateCampaign> {
  const sites = new TwoSites();
  const abort = new AbortController();
  const [lost, spare] = [members[0]?.domain ?? "", members[1]?.domain ?? ""];
  let lostTown: LostTown | undefined;
  try {
    await sites.begin({ lost, spare }, abort.signal);
    lostTown = new LostTown(sites);
    return await carryOut(sites, lostTown, { mib, isPlanned, random, report });
  } finally {
    await lostTown?.end();
    await sites.end();
  }
}

interface Given {
  mib: number;
  /** Whether the site answers while it is left. */
  isPlanned: boolean;
  random: () => number;
  report: (line: string) => void;
}

async function carryOut(
  sites: TwoSites,
  lostTown: LostTown,
  { mib, isPlanned, random, report }: Given,
): Promise<RelocateCampaign> {
  const began = Date.now();
  const tell = (line: string) => report(`${String(Math.round(seconds(began))).padStart(5)} s  ${line}`);
  const { lost, spare } = sites;
  await lostTown.begin(
    publicKeyOf(Buffer.from(deriveSecret(lostTown.seed, town, descriptorLabel), "base64url")),
  );
  tell("both communes are up");
  await lostTown.fill(lost, mib);
  tell(`${mib} MiB are written`);
  await points(lostTown, tell);
  const before = await lostTown.contents(lost);
  await until("an open link", 300, () => linked(lostTown));
  tell("the link is open");

  const writer = new Writer(lostTown, lost);
  const started = Date.now();
  await until("the log in the vault, and a whole copy", 600, async () => {
    const status = await lostTown.keeper(lost);
    const isThere = status?.base !== undefined && Date.parse(status.shipped?.until ?? "") > started;
    return isThere ? true : undefined;
  });
  tell("the databases' log is in the vault");
  await sleep(random() * 100_000);
  if (!isPlanned) await lost.lose();
  const acknowledged = await writer.end();
  tell(
    `${acknowledged.length} rows were written after it was filled${isPlanned ? "" : ", and the first site is gone"}`,
  );

  const steps: RelocateCampaign["steps"] = [];
  let firstPoint = 0;
  const told = (line: string) => {
    tell(line);
    const [, number] = /^nextcloud: .*its first restore point here: \S+-(\d{6})$/.exec(line) ?? [];
    if (number !== undefined) firstPoint = Number(number);
  };
  const restoring = Date.now();
  if (isPlanned) await relocate(lostTown, spare, { steps, tell: told, words: ["--planned"] });
  else {
    await lostTown.metropolis.project.succeed("stack", "rm", "--force", "--yes", town);
    await lostTown.makeStack(town, spare);
    await stackSeed(lostTown.place(), town).give(lostTown.seed);
    await relocate(lostTown, spare, { steps, tell: told, words: [] });
    await newerRows(lostTown, spare, steps);
  }
  const answering = Date.now();
  await spare.lead(members[0]?.domain ?? "", "here");
  const moved = Date.now();
  await answers(lostTown);
  steps.push({ step: "names, and answers", seconds: seconds(answering) });
  const rtoSeconds = seconds(restoring);

  const after = await lostTown.contents(spare);
  const last = Number(await lostTown.sql(spare, written, "SELECT coalesce(max(n), 0) FROM said"));
  const gapless = await lostTown.sql(
    spare,
    written,
    "SELECT count(*) = coalesce(max(n), 0) - coalesce(min(n), 1) + 1 FROM said",
  );
  const missing = acknowledged.filter(({ n }) => n > last);
  await until("a neighbour that knows of the new site's points", 600, async () =>
    (await linked(lostTown)) >= firstPoint ? true : undefined,
  );
  return {
    ...{ mib, isPlanned },
    isEqual: JSON.stringify(after) === JSON.stringify(before),
    rpoSeconds: missing.length === 0 ? 0 : ((missing.at(-1)?.at ?? 0) - (missing[0]?.at ?? 0)) / 1000,
    rowsLost: missing.length,
    isWithoutAGap: gapless === "t",
    ...{ rtoSeconds, steps, linkSeconds: seconds(moved) },
    loadAverage: loadavg().map((load) => Math.round(load)),
  };
}

async function points(lostTown: LostTown, tell: (line: string) => void): Promise<void> {
  const command = recoveryCommand(lostTown.surroundings());
  await said(
    () => command.parseAsync(["point", town], { from: "user" }),
    (line) => tell(line),
  );
  if (process.exitCode !== undefined) throw new Error("there is a service without a restore point");
}

/** The databases as they were when their log ended, which is later than their points. */
async function newerRows(lostTown: LostTown, spare: Site, steps: RelocateCampaign["steps"]): Promise<void> {
  const rows = Date.now();
  const at = await until("where the log of before ends", 300, async () =>
    (await lostTown.keeper(spare))?.gaps.flatMap(({ from }) => from ?? []).at(0),
  );
  lostTown.declare({ restoreFrom: { vault: peer, at } });
  await lostTown.stack().up(() => undefined);
  steps.push({ step: `rows of the log until ${at}`, seconds: seconds(rows) });
}

interface Told {
  steps: RelocateCampaign["steps"];
  tell: (line: string) => void;
  words: readonly string[];
}

async function relocate(lostTown: LostTown, spare: Site, { steps, tell, words }: Told): Promise<void> {
  let [step, since] = ["asking the vaults", 0];
  const next = (name: string, at: number) => {
    steps.push({ step, seconds: Math.round((at - since) * 10) / 10 });
    [step, since] = [name, at];
  };
  let last = 0;
  await said(
    () =>
      relocateCommand(lostTown.surroundings()).parseAsync([town, "--yes", "--to", spare.context, ...words], {
        from: "user",
      }),
    (line, at) => {
      tell(line);
      last = at;
      if (line.includes("where it was") && step === "asking the vaults") next("shut, last points", at);
      if (line.startsWith("pulumi up begins")) next("pulumi up", at);
      if (line.includes("files are beside") && step === "pulumi up") next("files, rows, first points", at);
    },
  );
  next("", last);
}

/** A row every half second, each noted when the server has said that it is there. */
class Writer {
  readonly acknowledged: { n: number; at: number }[] = [];
  private readonly running;
  private readonly reading: Promise<void>;

  constructor(lostTown: LostTown, site: Site) {
    const insert = `INSERT INTO said DEFAULT VALUES RETURNING n`;
    const running = lostTown.inServer(
      site,
      `while sleep 0.5; do psql --username=postgres --quiet --tuples-only --no-align --dbname=${written} --command "${insert}"; done`,
    );
    this.running = running;
    this.reading = (async () => {
      for await (const line of running.iterable())
        this.acknowledged.push({ n: Number(line), at: Date.now() });
    })().catch(() => undefined);
  }

  async end(): Promise<{ n: number; at: number }[]> {
    this.running.kill();
    await this.reading;
    return this.acknowledged;
  }
}

/** How many points the neighbour knows of, by whom the link is open. Throws where it is not, or nobody answers. */
async function linked(lostTown: LostTown): Promise<number> {
  const { [town]: status } = await lostTown.metropolis.status(peer);
  const { state, why } = status?.services.documents ?? {};
  if (state !== "accepted" || why !== undefined) throw new Error(`${state}: ${why}`);
  return status?.points?.nextcloud?.heads.at(-1)?.count ?? 0;
}

/** Every service answers under its name, through the ingress controller. */
async function answers(lostTown: LostTown): Promise<void> {
  const { addresses } = await lostTown.stack().outputs();
  for (const { service } of holders) {
    const address = addresses[service];
    if (address === undefined) throw new Error(`the stack does not say where ${service} is`);
    await until(`${address} answers`, 300, async () => {
      const { status } = await lostTown.fetch(address, { method: "GET", headers: {} });
      return status < 400 ? status : undefined;
    });
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { mib: { type: "string", default: "1024" }, planned: { type: "boolean", default: false } },
  });
  const mib = Number(values.mib);
  if (!Number.isSafeInteger(mib) || mib < 1) {
    console.error("--mib is a whole number.");
    process.exit(2);
  }
  const came = await relocateCampaign({ mib, isPlanned: values.planned, random: Math.random }, (line) =>
    process.stdout.write(`${line}\n`),
  );
  console.log(JSON.stringify(came, undefined, 2));
  process.exitCode = came.isEqual && came.isWithoutAGap ? 0 : 1;
}
