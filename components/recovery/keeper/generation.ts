import { sha256 } from "../../foundation/manifest/checksum.ts";

/** The quarter that a day is in: `2026q4`. @param at ISO 8601. */
export function quarterOf(at: string): string {
  const time = new Date(at);
  return `${time.getUTCFullYear()}q${Math.floor(time.getUTCMonth() / 3) + 1}`;
}

/** The day of a time: `2026-11-26`. */
function dayOf(at: string): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Where a base that begins at a time is kept: what did not change since the last one is stored once in a quarter. */
export const baseGeneration = (at: string) => `base-${quarterOf(at)}`;

/** Where dumps are kept. */
export const dumpGeneration = (at: string) => `dump-${quarterOf(at)}`;

/** Where the log after a base that ended at a time is kept: what a shipment costs grows with how many there are. */
export const walGeneration = (at: string) => `wal-${dayOf(at)}`;

/** The second of the day at which a commune's whole copies begin, between one and four in the night: not all at once. */
export function hourOf(commune: string): number {
  return 3600 + (Number.parseInt(sha256(commune).slice(0, 8), 16) % (3 * 3600));
}

/** The day of a time, where a day begins at a second of it. */
export function countedDay(at: string, second: number): string {
  return dayOf(new Date(Date.parse(at) - second * 1000).toISOString());
}
