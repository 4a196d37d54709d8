import type { FederationStatus } from "../../components/federation/status.ts";

/** First wait while something is on its way, seconds: an answer takes two or three. */
const shortest = 3;

/**
 * Seconds until the next run. While a link is on its way, or an own service does not answer (a new pod's network takes a
 * moment to open), runs follow each other soon, then more and more slowly;
 * a peer that has just fallen silent is asked again when it is due; otherwise the period passes. A tenth is left to
 * chance, so that communes do not all run at once.
 *
 * @param complete whether all own services answered.
 * @param unchanged how many runs in a row have changed nothing.
 * @param chance from 0 to 1.
 */
export function nextWait(
  status: FederationStatus,
  periodSeconds: number,
  { complete, unchanged, now, chance }: { complete: boolean; unchanged: number; now: Date; chance: number },
): number {
  const peers = Object.values(status);
  const moving = peers.some(({ silent, services }) =>
    Object.values(services).some(
      ({ state }) => state === "closing" || (state === "pending" && silent === undefined),
    ),
  );
  const wait =
    moving || !complete ? Math.min(periodSeconds, shortest * 2 ** Math.min(unchanged, 10)) : periodSeconds;
  const from = (instant: string) => (Date.parse(instant) - now.getTime()) / 1000;
  // One that has been silent for longer can wait for the next run: each run asks all the others too.
  const retries = peers.flatMap(({ silent }) =>
    silent !== undefined && -from(silent.since) < periodSeconds ? [Math.max(1, from(silent.retry))] : [],
  );
  return Math.min(wait * (0.9 + chance / 5), ...retries);
}
