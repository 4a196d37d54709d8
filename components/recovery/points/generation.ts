import type { Repository } from "../vault/names.ts";

/** Days of a month, as the last moment of the month before the next one has it. */
function lastDay(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

const quarterOf = (at: Date) => Math.floor(at.getUTCMonth() / 3) + 1;

/**
 * Where the points of a service that are taken at a time lie: a repository for each quarter, because nobody can take a
 * single point out of one. One full upload a quarter is what that costs.
 */
export function filesRepository(service: string, at: Date): Repository {
  return { service, generation: `files-${at.getUTCFullYear()}q${quarterOf(at)}` };
}

/**
 * The last day on which a generation is kept: its own last day, and the declared time after it, so that its last point is
 * kept as long as that. `2027-03-31` for 90 days after the fourth quarter of 2026.
 */
export function keptUntil(at: Date, keepSeconds: number): string {
  const last = Date.parse(lastDay(at.getUTCFullYear(), quarterOf(at) * 3));
  return new Date(last + keepSeconds * 1000).toISOString().slice(0, 10);
}
