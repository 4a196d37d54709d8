import type { FederationStatus } from "../../components/federation/status.ts";

/** First wait while something is on its way, seconds: an answer takes two or three. */
const shortest = 3;

/**
 * Seconds until the next run. While a link is on its way, runs follow each other soon, then more and more slowly;
 * otherwise the period passes. A tenth is left to chance, so that communes do not all run at once.
 *
 * @param unchanged how many runs in a row have changed nothing.
 * @param chance from 0 to 1.
 */
export function nextWait(
  status: FederationStatus,
  periodSeconds: number,
  unchanged: number,
  chance: number,
): number {
  const moving = Object.values(status).some(({ silent, services }) =>
    Object.values(services).some(
      ({ state }) => state === "closing" || (state === "pending" && silent === undefined),
    ),
  );
  const wait = moving ? Math.min(periodSeconds, shortest * 2 ** Math.min(unchanged, 10)) : periodSeconds;
  return wait * (0.9 + chance / 5);
}
