import { existsSync } from "node:fs";
import { countedDay } from "../../components/recovery/keeper/generation.ts";
import type { KeeperSettings } from "../../components/recovery/keeper/settings.ts";
import type { Copies } from "./copies.ts";
import type { Target } from "./daily.ts";
import type { Observation } from "./server.ts";
import type { Spool, Whole } from "./spool.ts";

/** Times that a whole copy has to fit on the server's volume for a restore: as it is there, fetched, put together, and some log. */
const timesOnVolume = 3.5;

const dayMs = 24 * 3_600_000;

/** Days for which increments are taken under one whole copy. The server remembers changed pages for ten (`wal_summary_keep_time`). */
const wholeDays = 7;

/**
 * Returns the whole copy that the next base may be an increment of; undefined if the next base is a whole one: the server does
 * not remember its changes, a week is over, a quarter began, the server is on another timeline, the copy is whole nowhere, or
 * its volume would have no room to put an increment together.
 *
 * @param second of the day at which days begin.
 */
export function wholeFor(
  whole: Whole | undefined,
  { observed, target, copies, spool, settings: { volumeBytes }, second }: Taking,
): Whole | undefined {
  if (whole === undefined || !observed.summarizes) return undefined;
  if (whole.generation !== target.base || whole.timeline !== observed.timeline) return undefined;
  if (volumeBytes !== undefined && whole.bytes * timesOnVolume > volumeBytes) return undefined;
  if (!existsSync(spool.manifestOf(whole.snapshot))) return undefined;
  if (copies.lost({ generation: whole.generation, must: [whole.snapshot] }) !== undefined) return undefined;
  const day = (at: string) => Date.parse(countedDay(at, second));
  const age = day(observed.now) - day(whole.ended);
  return age >= 0 && age < wholeDays * dayMs ? whole : undefined;
}

interface Taking {
  observed: Pick<Observation, "summarizes" | "timeline" | "now">;
  target: Pick<Target, "base">;
  copies: Pick<Copies, "lost">;
  spool: Pick<Spool, "manifestOf">;
  settings: Pick<KeeperSettings, "volumeBytes">;
  second: number;
}
