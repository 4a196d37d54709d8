import type { Upstream } from "../schema.ts";
import { type Knowledge, upstreamOf } from "../upstream.ts";
import { readCycles } from "./cycles.ts";
import { noticesAddress, noticesQuery, readNotices } from "./notices.ts";
import { readReleases } from "./releases.ts";
import { type Ask, FeedError } from "./web.ts";

/** A version of some software, by the reference of its image. */
export interface Running {
  reference: string;
  version: string;
}

/** Answers of upstream. */
export interface Asked {
  knowledge: Knowledge;
  /** A sentence for each feed that did not answer, or not as expected. */
  failed: string[];
}

/**
 * Asks upstream's feeds about what runs, all at once: what a feed says takes the place of what was known, and what was known
 * stays if it says nothing. Throws nothing: see `failed`.
 *
 * @param today day on which it is asked, ISO 8601.
 */
export async function askUpstream(
  known: Knowledge,
  running: readonly Running[],
  { ask, today }: { ask: Ask; today: string },
): Promise<Asked> {
  const failed: string[] = [];
  const entries = Object.entries(known).map(async ([name, upstream]): Promise<[string, Upstream]> => {
    const versions = new Set(
      running
        .filter(({ reference }) => upstreamOf(reference, known) === upstream)
        .map(({ version }) => version),
    );
    return [name, versions.size === 0 ? upstream : await askOne(upstream, versions, { ask, today, failed })];
  });
  return { knowledge: Object.fromEntries(await Promise.all(entries)), failed: [...new Set(failed)].sort() };
}

interface Asking {
  ask: Ask;
  today: string;
  failed: string[];
}

async function askOne(upstream: Upstream, versions: ReadonlySet<string>, asking: Asking): Promise<Upstream> {
  const { cycles, releases, notices } = upstream.feeds;
  const { ask, today } = asking;
  const [one, other] = await Promise.all([
    answered(asking, cycles, async (address) => readCycles(await ask(address), address)),
    answered(asking, releases, async (address) => readReleases(await ask(address), upstream, address)),
  ]);
  const newest = { ...upstream.newest, ...other?.newest, ...one?.newest };
  const told = notices
    ? await Promise.all(
        [...versions].map((version) =>
          answered(asking, noticesAddress, async (address) =>
            readNotices(await ask(address, noticesQuery(version, notices)), version, {
              ...{ newest, repository: notices },
            }),
          ),
        ),
      )
    : [];
  const all = [...upstream.notices, ...told.flatMap((each) => each ?? [])];
  const isRead = (one ?? other) !== undefined;
  return {
    ...{ ...upstream, newest },
    // The toolkit's own words about a notice come first.
    notices: [...new Map(all.toReversed().map((notice) => [notice.id, notice])).values()].toReversed(),
    ...(isRead && { read: today }),
    ...(one && { until: one.until }),
  };
}

/** Returns what a feed says; undefined if there is none, or none that can be read, which is noted. */
async function answered<Answer>(
  { failed }: Asking,
  address: string | undefined,
  read: (address: string) => Promise<Answer>,
): Promise<Answer | undefined> {
  if (address === undefined) return undefined;
  try {
    return await read(address);
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    failed.push(error.message);
    return undefined;
  }
}
