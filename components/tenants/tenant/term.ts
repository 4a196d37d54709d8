import * as z from "zod";
import { tenantId } from "../../foundation/declaration/identifier.ts";
import { readRecords } from "../../foundation/declaration/records.ts";
import type { TenantDeclaration } from "./declaration.ts";

/** Days before the end of hosting on which an association gets a letter, first letter first. */
const warnings = [60, 30, 7] as const;

/** File of sent letters, beside the commune's declaration: one line each, without personal data. */
export const lettersFile = "letters.jsonl";

const letter = z.strictObject({
  id: tenantId(),
  /** End of hosting that it was about: another day needs another letter. */
  expires: z.iso.date(),
  days: z.literal(warnings),
  at: z.iso.date(),
});

export type Letter = z.output<typeof letter>;

/** Reads the letters in a file. Throws, with the line, if one cannot be read. */
export function readLetters(text: string, file: string): Letter[] {
  return readRecords(text, file, letter, "letter of an association");
}

/** Returns the days from one day to another, both as `2026-11-27`; negative if the other is past. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
}

/** Returns the day two years later: the term if nothing else is agreed. */
export function inTwoYears(day: string): string {
  const later = new Date(`${day}T00:00:00Z`);
  later.setUTCFullYear(later.getUTCFullYear() + 2);
  return later.toISOString().slice(0, 10);
}

/** State of an association's hosting: nothing to report, one of the {@link warnings}, or over. */
export type Term = (typeof warnings)[number] | "over" | undefined;

/**
 * Returns what has to be reported about an association's term today; undefined for a retired or suspended one. Pure:
 * the day is a parameter, and only decides what is reported.
 */
export function termOf(
  { expires, suspended, retired }: Pick<TenantDeclaration, "expires" | "suspended" | "retired">,
  today: string,
): Term {
  if (suspended !== undefined || retired !== undefined) return undefined;
  const left = daysUntil(expires, today);
  // The last day itself is still agreed.
  return left < 0 ? "over" : warnings.findLast((days) => left <= days);
}

/** Whether the association already had this letter, or a later one, about the same day. */
export function wasTold(
  { id, expires }: Pick<TenantDeclaration, "id" | "expires">,
  days: number,
  letters: readonly Letter[],
): boolean {
  return letters.some((known) => known.id === id && known.expires === expires && known.days <= days);
}
