import { sha256 } from "../../foundation/manifest/checksum.ts";

/** Returns the quarter of a day: `2026q4`. @param at ISO 8601. */
export function quarterOf(at: string): string {
  const time = new Date(at);
  return `${time.getUTCFullYear()}q${Math.floor(time.getUTCMonth() / 3) + 1}`;
}

/** Returns the day of a time: `2026-11-26`. */
function dayOf(at: string): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Returns the generation of a base copy that begins at a time: within a quarter, unchanged data is stored once. */
export const baseGeneration = (at: string) => `base-${quarterOf(at)}`;

/** Returns the generation of a dump taken at a time. */
export const dumpGeneration = (at: string) => `dump-${quarterOf(at)}`;

/**
 * Returns the generation of the log that follows a base copy which ended at a time: the cost of a shipment grows with
 * their number in a generation.
 */
export const walGeneration = (at: string) => `wal-${dayOf(at)}`;

/**
 * Returns the second of the day at which a commune's base copies begin, between 01:00 and 04:00: communes do not all
 * begin at once.
 */
export function hourOf(commune: string): number {
  return 3600 + (Number.parseInt(sha256(commune).slice(0, 8), 16) % (3 * 3600));
}

/** Returns the day of a time if days begin at this second. */
export function countedDay(at: string, second: number): string {
  return dayOf(new Date(Date.parse(at) - second * 1000).toISOString());
}
