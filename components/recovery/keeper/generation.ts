import { sha256 } from "../../foundation/manifest/checksum.ts";
import { dayOf } from "../vault/generation.ts";

/** Kinds of generations: whole copies and dumps are a generation a quarter, the log one a day. */
export const keeperKinds = { base: "base", dump: "dump", log: "wal" } as const;

/** Where the log after a base that ended at a time is kept: what a shipment costs grows with how many there are. */
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
