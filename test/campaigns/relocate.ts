import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { associationNames } from "./relocate/associations.ts";
import { coffre } from "./relocate/bucket.ts";
import { type PlannedMove, type Planning, plannedMove } from "./relocate/planned.ts";
import { type Site, TwoSites } from "./relocate/sites.ts";
import {
  answers,
  linked,
  points,
  relocate,
  type Step,
  said,
  seconds,
  type Told,
  until,
} from "./relocate/steps.ts";
import { holders, LostTown, members, peer, town, type Vault, written } from "./relocate/town.ts";

/** Result of a campaign. */
export interface RelocateCampaign {
  mib: number;
  /** Sums of files and rows that were not as they were, a sentence each. */
  different: string[];
  /** Rows that were acknowledged and did not come back: how old the first of them was, seconds, and how many. */
  rpoSeconds: number;
  rowsLost: number;
  isWithoutAGap: boolean;
  /** From the command until every service answered under its name, with the rows of the log. */
  rtoSeconds: number;
  steps: Step[];
  /** From the new names until the neighbour knew of the points that were taken at the new site, its link open. */
  linkSeconds: number;
  loadAverage: number[];
}

/**
 * Two clusters of this machine. A commune with three services and two associations lives on the first one; its neighbour, on the second one,
 * keeps its copies and is linked with it. Rows are written until the first one is killed and everything of it deleted.
 * Then the commune comes back on the second, from its declaration, its seed and its neighbour's vault.
 */
export async function relocateCampaign(
  { mib, vaults, random }: Town & { random: () => number },
  report: (line: string) => void,
): Promise<RelocateCampaign> {
  return between({ mib, vaults }, report, (sites, lostTown, full) =>
    lose(sites, lostTown, { ...full, mib, random }),
  );
}

/** Does as {@link relocateCampaign}, but the first site answers, and is left while people write through its doors. */
export async function plannedCampaign(
  { mib, vaults, isInterrupted }: Town & Pick<Planning, "isInterrupted">,
  report: (line: string) => void,
): Promise<PlannedMove> {
  return between({ mib, vaults }, report, (sites, lostTown, full) =>
    plannedMove(sites, lostTown, { ...full, mib, isInterrupted }),
  );
}

/** Copies and size of a commune on its first site. */
export interface Town {
  /** MiB of files and rows. */
  mib: number;
  /** Vaults of its copies, the first of which gives them back. */
  vaults: readonly Vault[];
}

/** Returns the vaults that an option of a campaign names. Throws if it names others. */
export function vaultsOf(option: string): Vault[] {
  const known = { neighbour: peer, bucket: coffre } as const;
  return option.split(",").map((name) => {
    if (name === "neighbour" || name === "bucket") return known[name];
    throw new RangeError(`--vaults is neighbour, bucket, or both with a comma between, and not ${name}`);
  });
}

/** Two sites with both communes, filled and linked. */
export async function between<T>(
  { mib, vaults }: Town,
  report: (line: string) => void,
  work: (sites: TwoSites, lostTown: LostTown, full: Full) => Promise<T>,
): Promise<T> {
  const sites = new TwoSites();
  const abort = new AbortController();
  const [lost, spare] = [members[0]?.domain ?? "", members[1]?.domain ?? ""];
  let lostTown: LostTown | undefined;
  try {
    await sites.begin({ lost, spare, both: associationNames(town) }, abort.signal);
    lostTown = new LostTown(sites, vaults);
    return await work(sites, lostTown, await fill(sites, lostTown, mib, report));
  } finally {
    await lostTown?.end();
    await sites.end();
  }
}

/** A commune that is filled, as a campaign has it. */
export interface Full {
  before: readonly string[];
  tell: (line: string) => void;
}

async function fill(
  { lost }: TwoSites,
  lostTown: LostTown,
  mib: number,
  report: (line: string) => void,
): Promise<Full> {
  const began = Date.now();
  const tell = (line: string) => report(`${String(Math.round(seconds(began))).padStart(5)} s  ${line}`);
  await lostTown.begin();
  tell("both communes are up");
  await lostTown.fill(lost, mib);
  tell(`${mib} MiB are written`);
  await points(lostTown, tell);
  const before = await lostTown.contents(lost);
  await until("an open link", 300, () => linked(lostTown));
  tell("the link is open");
  return { before, tell };
}

async function lose(
  { lost, spare }: TwoSites,
  lostTown: LostTown,
  { mib, random, before, tell }: Full & { mib: number; random: () => number },
): Promise<RelocateCampaign> {
  const writer = new Writer(lostTown, lost);
  const started = Date.now();
  await until("the log in the vault, and a whole copy", 600, async () => {
    const status = await lostTown.keeper(lost);
    const isThere = status?.base !== undefined && Date.parse(status.shipped?.until ?? "") > started;
    return isThere ? true : undefined;
  });
  tell("the databases' log is in the vault");
  await sleep(random() * 100_000);
  await lost.lose();
  const acknowledged = await writer.end();
  tell(`${acknowledged.length} rows were written after it was filled, and the first site is gone`);

  const steps: Step[] = [];
  let firstPoint = 0;
  const told = (line: string) => {
    tell(line);
    const [, number] = /^nextcloud: .*its first restore point here: \S+-(\d{6})$/.exec(line) ?? [];
    if (number !== undefined) firstPoint = Number(number);
  };
  const restoring = Date.now();
  await lostTown.metropolis.project.succeed("stack", "rm", "--force", "--yes", town);
  await lostTown.makeStack(town, spare);
  await stackSeed(lostTown.place(), town).give(lostTown.seed);
  const moving = { steps, tell: told, words: [] };
  await relocate(lostTown, spare, moving);
  await newerRows(lostTown, spare, moving);
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
  // Nobody remembers the points of a commune whose vaults are all buckets (docs/vault.md).
  const known = lostTown.vaults.includes(peer) ? firstPoint : 0;
  await until("a neighbour that knows of the new site's points", 600, async () =>
    (await linked(lostTown)) >= known ? true : undefined,
  );
  return {
    mib,
    different: after.flatMap((line, index) =>
      line === before[index] ? [] : [`there is ${line}, and ${before[index]} was`],
    ),
    rpoSeconds: missing.length === 0 ? 0 : ((missing.at(-1)?.at ?? 0) - (missing[0]?.at ?? 0)) / 1000,
    rowsLost: missing.length,
    isWithoutAGap: gapless === "t",
    ...{ rtoSeconds, steps, linkSeconds: seconds(moved) },
    loadAverage: loadavg().map((load) => Math.round(load)),
  };
}

/** The databases as they were when their log ended, which is later than their points; services are told. */
async function newerRows(lostTown: LostTown, spare: Site, { steps, tell }: Told): Promise<void> {
  const rows = Date.now();
  const at = await until("where the log of before ends", 300, async () =>
    (await lostTown.keeper(spare))?.gaps.flatMap(({ from }) => from ?? []).at(0),
  );
  lostTown.declare({ restoreFrom: { vault: lostTown.vaults[0], at } });
  await lostTown.stack().up(() => undefined);
  steps.push({ step: `rows of the log until ${at}`, seconds: seconds(rows) });
  const telling = Date.now();
  for (const { service } of holders) {
    const words = [town, "--service", service, "--context", spare.context, "--yes", "--tell"];
    await said(() => restoreCommand(lostTown.surroundings()).parseAsync(words, { from: "user" }), tell);
  }
  steps.push({ step: "services know of their rows", seconds: seconds(telling) });
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

/**
 * `npm run campaign relocate`: a commune comes back on a second cluster, lost or (`-- --planned`) while it answers. Its copies
 * are at its neighbour, in a bucket of SeaweedFS (`-- --vaults bucket`), or at both.
 */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      mib: { type: "string", default: "1024" },
      vaults: { type: "string", default: "neighbour" },
      planned: { type: "boolean", default: false },
      interrupted: { type: "boolean", default: false },
    },
  });
  const mib = Number(values.mib);
  if (!Number.isSafeInteger(mib) || mib < 1 || (values.interrupted && !values.planned)) {
    console.error("--mib is a whole number, and --interrupted goes with --planned.");
    process.exit(2);
  }
  const vaults = vaultsOf(values.vaults);
  const report = (line: string) => process.stdout.write(`${line}\n`);
  if (values.planned) {
    const came = await plannedCampaign({ mib, vaults, isInterrupted: values.interrupted }, report);
    console.log(JSON.stringify(came, undefined, 2));
    process.exitCode = came.wrong.length === 0 ? 0 : 1;
  } else {
    const came = await relocateCampaign({ mib, vaults, random: Math.random }, report);
    console.log(JSON.stringify(came, undefined, 2));
    process.exitCode = came.different.length === 0 && came.isWithoutAGap ? 0 : 1;
  }
}
