import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import type { SiteProcess } from "../programs/keeper/process.ts";
import { Site } from "../programs/keeper/site.ts";
import { mostOfAKind, type StoreKind } from "../programs/keeper/stores.ts";

/** Result of a campaign. */
export interface KeeperCampaign {
  /** Kills of each kind, and times that one was stopped for a while, so that nobody had an answer. */
  kills: Record<string, number>;
  cuts: Record<string, number>;
  /** Times that a vault of each kind was stopped until everything was at another one. */
  hangs: Record<string, number>;
  /** Gaps that were told. The server kept its log, so that there may be none. */
  gaps: number;
  /** Restores, each from one vault alone, and those whose rows were others than at their moment. */
  restores: number;
  different: number;
  /** The longest until all that was written was in a vault again, seconds, and while another one hung. */
  longestSeconds: number;
  longestHangSeconds: number;
}

export interface CampaignOptions {
  /** Seed of the moments at which something is done, and of the order of the vaults. */
  seed: number;
  /** Kills of each, and as many times that it is cut off. */
  times: number;
  /** Times that each vault hangs; none if there is only one. */
  hangs?: number;
  /** Number of moments that are restored. */
  restores: number;
  /** Vaults' servers; one when absent. */
  vaults?: number;
  /** Vaults that are a bucket of SeaweedFS; none when absent. */
  buckets?: number;
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
 * Kills and stops the server, the vaults, the receiver and the keeper at random moments while rows are written; looks that
 * no gap comes of it, and that everything is at another vault while one hangs; and restores to random moments, from one
 * vault alone, whose rows must be those that were there.
 */
export async function keeperCampaign(options: CampaignOptions): Promise<KeeperCampaign> {
  const { seed, restores, vaults = 1, buckets = 0, report = () => undefined } = options;
  const random = numbers(seed);
  const kinds = [...several<StoreKind>("vault", vaults), ...several<StoreKind>("bucket", buckets)];
  const site = await Site.start({ stores: shuffled(kinds, random) });
  const came: KeeperCampaign = {
    ...{ kills: {}, cuts: {}, hangs: {}, gaps: 0, restores: 0, different: 0 },
    ...{ longestSeconds: 0, longestHangSeconds: 0 },
  };
  try {
    await site.until("the first shipment", ({ shipped }) => shipped !== undefined, 120);
    const moments: { at: string; rows: string }[] = [];
    for (const { kind, part, how } of shuffled(roundsOf(site, options), random)) {
      const after = await whileWriting(site, () => disturbances[how](site, part, random));
      came[how][kind] = (came[how][kind] ?? 0) + 1;
      moments.push({ rows: await site.sql(contents, "town"), at: await clockOf(site) });
      const started = Date.now();
      const status = await caughtUp(site).finally(after);
      const seconds = Math.round((Date.now() - started) / 100) / 10;
      const longest = how === "hangs" ? "longestHangSeconds" : "longestSeconds";
      came[longest] = Math.max(came[longest], seconds);
      came.gaps = status.gaps.filter(({ from }) => from !== undefined).length;
      report(`${how} ${part.name}: all is in a vault after ${seconds} s, ${came.gaps} gaps`);
    }
    await everywhere(site);
    for (const { at, rows } of shuffled(moments, random).slice(0, restores)) {
      const store = site.stores[Math.floor(random() * site.stores.length)] ?? site.store;
      const { code, said, volume } = await site.restoresFrom(store).to(at);
      if (code !== 0) throw new Error(`the restore to ${at} from ${store.host} ended with ${code}: ${said}`);
      const isSame = (await site.database.askRestored(volume, contents)) === rows;
      came.restores += 1;
      came.different += isSame ? 0 : 1;
      report(`restored to ${at} from ${store.host}: ${isSame ? "the same rows" : "OTHER ROWS"}`);
    }
    return came;
  } finally {
    await site.end();
  }
}

const several = <Item>(item: Item, count: number) => Array.from({ length: count }, () => item);

type Disturbance = "kills" | "cuts" | "hangs";

/** One disturbance of one part. */
interface Round {
  /** Kind of the part: `vault` for each vault's server. */
  kind: string;
  part: SiteProcess;
  how: Disturbance;
}

function roundsOf(site: Site, { times, hangs = 0 }: CampaignOptions): Round[] {
  const stores = site.stores.map(({ kind, process: part }) => ({ kind, part }));
  const own = [site.server, site.receiver, site.keeper].map((part) => ({ kind: part.name, part }));
  return [
    ...[...own, ...stores].flatMap((each) => [
      ...several({ ...each, how: "kills" as const }, times),
      ...several({ ...each, how: "cuts" as const }, times),
    ]),
    ...(stores.length < 2 ? [] : stores).flatMap((each) =>
      several({ ...each, how: "hangs" as const }, hangs),
    ),
  ];
}

/** Does something to a part. Returns what ends that, once all is in a vault. */
type Disturb = (site: Site, part: SiteProcess, random: () => number) => Promise<() => void>;

const disturbances: Readonly<Record<Disturbance, Disturb>> = {
  async kills(site, part, random) {
    await sleep(random() * 2500);
    await part.kill();
    await sleep(random() * 1500);
    part.start();
    await site.database.answers();
    return () => undefined;
  },
  /** It is there, and answers nobody for a while. */
  async cuts(_, part, random) {
    await sleep(random() * 2500);
    part.freeze("SIGSTOP");
    await sleep(500 + random() * 4000);
    part.freeze("SIGCONT");
    return () => undefined;
  },
  async hangs(_, part, random) {
    await sleep(random() * 2500);
    part.freeze("SIGSTOP");
    await sleep(500);
    return () => part.freeze("SIGCONT");
  },
};

/** Rows come all the while, where the server takes them. */
async function whileWriting<Result>(site: Site, work: () => Promise<Result>): Promise<Result> {
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await site.sql(nextRow, "town").catch(() => undefined);
      await sleep(50);
    }
  })();
  try {
    return await work();
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

/** Waits until each vault alone gives back everything. */
async function everywhere(site: Site): Promise<void> {
  const at = Date.parse(await clockOf(site));
  await site.sql(nextRow, "town");
  const isThere = ({ vaults }: KeeperStatus) =>
    vaults.every(({ until }) => until !== undefined && Date.parse(until) >= at);
  await site.until("all in each vault", isThere, 900);
}

/** `npm run campaign keeper`: kills and stops the server, its vaults, the receiver and the keeper at random moments, and restores. */
if (import.meta.filename === process.argv[1]) {
  const defaults = { times: 20, hangs: 5, restores: 10, vaults: 2, buckets: 0 };
  const given = { seed: Date.now() % 1_000_000, ...defaults };
  const { values } = parseArgs({
    options: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        { type: "string" as const, default: String(value) },
      ]),
    ),
  });
  const read = (name: keyof typeof given) => Number(values[name]);
  const options = {
    ...{ seed: read("seed"), times: read("times"), hangs: read("hangs"), restores: read("restores") },
    ...{ vaults: read("vaults"), buckets: read("buckets") },
  };
  const { vaults, buckets } = options;
  const isWhole = Object.values(options).every((each) => Number.isSafeInteger(each) && each >= 0);
  if (!isWhole || vaults + buckets === 0 || Math.max(vaults, buckets) > mostOfAKind) {
    console.error(
      `--seed, --times, --hangs, --restores, --vaults and --buckets are whole numbers, and there are 1 to ${mostOfAKind} vaults or buckets.`,
    );
    process.exit(2);
  }
  console.log(`seed ${options.seed}`);
  const came = await keeperCampaign({ ...options, report: console.log });
  console.log(JSON.stringify(came));
  process.exitCode = came.gaps === 0 && came.different === 0 ? 0 : 1;
}
