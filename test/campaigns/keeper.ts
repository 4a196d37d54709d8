import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { Site, type SiteProcess } from "../programs/keeper/site.ts";

/** Result of a campaign. */
export interface KeeperCampaign {
  /** Kills of each, and times that it was stopped for a while, so that nobody had an answer. */
  kills: Record<string, number>;
  cuts: Record<string, number>;
  /** Gaps that were told. The server kept its log, so that there may be none. */
  gaps: number;
  /** Restores, and those whose rows were others than at their moment. */
  restores: number;
  different: number;
  /** The longest until all that was written was in the vault again, seconds. */
  longestSeconds: number;
}

export interface CampaignOptions {
  /** Seed of the moments at which something is done. */
  seed: number;
  /** Kills of each, and as many times that it is cut off. */
  times: number;
  /** Number of moments that are restored. */
  restores: number;
  report?: (line: string) => void;
}

/** A generator of numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = createHash("sha256").update(String(seed)).digest();
  return () => {
    state = createHash("sha256").update(state).digest();
    return state.readUInt32BE(0) / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

const contents = "SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM minutes";
const nextRow =
  "INSERT INTO minutes (n, text) SELECT coalesce(max(n), 0) + 1, md5(random()::text) FROM minutes";

/**
 * Kills and stops the server, the vault, the receiver and the keeper at random moments while rows are written; looks that
 * no gap comes of it; and restores to random moments, whose rows must be those that were there.
 */
export async function keeperCampaign(options: CampaignOptions): Promise<KeeperCampaign> {
  const { seed, times, restores, report = () => undefined } = options;
  const random = numbers(seed);
  const site = await Site.start();
  const came: KeeperCampaign = {
    ...{ kills: {}, cuts: {}, gaps: 0, restores: 0, different: 0, longestSeconds: 0 },
  };
  try {
    await site.until("the first shipment", ({ shipped }) => shipped !== undefined, 120);
    const moments: { at: string; rows: string }[] = [];
    for (const { part, how } of shuffled(roundsOf(site, times), random)) {
      await whileWriting(site, () => (how === "kills" ? kill(site, part, random) : stop(part, random)));
      came[how][part.name] = (came[how][part.name] ?? 0) + 1;
      moments.push({ rows: await site.sql(contents, "town"), at: await clockOf(site) });
      const started = Date.now();
      const status = await caughtUp(site);
      const seconds = Math.round((Date.now() - started) / 100) / 10;
      came.longestSeconds = Math.max(came.longestSeconds, seconds);
      came.gaps = status.gaps.filter(({ from }) => from !== undefined).length;
      report(`${how} ${part.name}: all is in the vault after ${seconds} s, ${came.gaps} gaps`);
    }
    for (const { at, rows } of shuffled(moments, random).slice(0, restores)) {
      const { code, said, volume } = await site.restore(at);
      if (code !== 0) throw new Error(`the restore to ${at} ended with ${code}: ${said}`);
      const isSame = (await site.ask(volume, contents)) === rows;
      came.restores += 1;
      came.different += isSame ? 0 : 1;
      report(`restored to ${at}: ${isSame ? "the same rows" : "OTHER ROWS"}`);
    }
    return came;
  } finally {
    await site.end();
  }
}

function roundsOf(site: Site, times: number) {
  return site.parts.flatMap((part) =>
    (["kills", "cuts"] as const).flatMap((how) => Array.from({ length: times }, () => ({ part, how }))),
  );
}

async function kill(site: Site, part: SiteProcess, random: () => number): Promise<void> {
  await sleep(random() * 2500);
  await part.kill();
  await sleep(random() * 1500);
  part.start();
  await site.answers();
}

/** It is there, and answers nobody. */
async function stop(part: SiteProcess, random: () => number): Promise<void> {
  await sleep(random() * 2500);
  part.freeze("SIGSTOP");
  await sleep(500 + random() * 4000);
  part.freeze("SIGCONT");
}

/** Rows come all the while, where the server takes them. */
async function whileWriting(site: Site, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await site.sql(nextRow, "town").catch(() => undefined);
      await sleep(50);
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await writing;
  }
}

const clockOf = (site: Site) =>
  site.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);

async function caughtUp(site: Site): Promise<KeeperStatus> {
  await site.sql(nextRow, "town");
  const at = Date.parse(await clockOf(site));
  return site.until("all in the vault", ({ shipped }) => Date.parse(shipped?.until ?? "") >= at, 240);
}

/** `npm run campaign keeper`: kills the server, the vault, the receiver and the keeper at random moments, and restores. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      times: { type: "string", default: "20" },
      restores: { type: "string", default: "10" },
    },
  });
  const [seed, times, restores] = [values.seed, values.times, values.restores].map(Number);
  if (![seed, times, restores].every((each) => Number.isSafeInteger(each))) {
    console.error("--seed, --times and --restores are whole numbers.");
    process.exit(2);
  }
  console.log(`seed ${seed}`);
  const came = await keeperCampaign({
    ...{ seed: seed ?? 0, times: times ?? 0, restores: restores ?? 0, report: console.log },
  });
  console.log(JSON.stringify(came));
  process.exitCode = came.gaps === 0 && came.different === 0 ? 0 : 1;
}
