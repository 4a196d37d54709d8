import { sha256 } from "../../foundation/manifest/checksum.ts";
import { dayOf } from "../vault/generation.ts";

/** Kinds of generations: one a quarter for base copies and for dumps, one a day for the log. */
export const keeperKinds = { base: "base", dump: "dump", log: "wal" } as const;

/**
 * Returns the generation of the log that follows a base copy which ended at a time: the cost of a shipment grows with
 * their number in a generation.
 */
export const walGeneration = (at: string) => `${keeperKinds.log}-${dayOf(new Date(at))}`;

/**
 * Returns the second of the day at which a commune's base copies begin, between 01:00 and 04:00: communes do not all
 * begin at once.
 */
export function hourOf(commune: string): number {
  return 3600 + (Number.parseInt(sha256(commune).slice(0, 8), 16) % (3 * 3600));
}

/** Returns the day of a time if days begin at this second. */
export function countedDay(at: string, second: number): string {
  return dayOf(new Date(Date.parse(at) - second * 1000));
}
