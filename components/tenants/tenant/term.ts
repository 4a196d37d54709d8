import * as z from "zod";
import { tenantId } from "../../foundation/declaration/identifier.ts";
import { readRecords } from "../../foundation/declaration/records.ts";
import type { TenantDeclaration } from "./declaration.ts";

/** How many days before its hosting ends an association is written to, the first letter first. */
const warnings = [60, 30, 7] as const;

/** Letters that were written, beside the commune's declaration: a line each, and nothing of a person. */
export const lettersFile = "letters.jsonl";

const letter = z.strictObject({
  id: tenantId(),
  /** The day that it was about: another one, and it is written anew. */
  expires: z.iso.date(),
  days: z.literal(warnings),
  at: z.iso.date(),
});

export type Letter = z.output<typeof letter>;

/** The letters of a file. Throws, with the line, where one cannot be read. */
export function readLetters(text: string, file: string): Letter[] {
  return readRecords(text, file, letter, "letter of an association");
}

/** Days from one to another, both as `2026-11-27`; negative where the other is over. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
}

/** Two years from a day: what is agreed where nobody says otherwise. */
export function inTwoYears(day: string): string {
  const later = new Date(`${day}T00:00:00Z`);
  later.setUTCFullYear(later.getUTCFullYear() + 2);
  return later.toISOString().slice(0, 10);
}

/** How far the hosting of an association is: nothing to say, one of the {@link warnings}, or over. */
export type Term = (typeof warnings)[number] | "over" | undefined;

/**
 * What is to be said of an association's day today. Nothing of one that was retired or is suspended. Pure: the day is
 * given, and decides what is told, never what is made.
 */
export function termOf(
  { expires, suspended, retired }: Pick<TenantDeclaration, "expires" | "suspended" | "retired">,
  today: string,
): Term {
  if (suspended !== undefined || retired !== undefined) return undefined;
  const left = daysUntil(expires, today);
  // The day itself is agreed still.
  return left < 0 ? "over" : warnings.findLast((days) => left <= days);
}

/** Whether it was told so already, or later, of the same day. */
export function wasTold(
  { id, expires }: Pick<TenantDeclaration, "id" | "expires">,
  days: number,
  letters: readonly Letter[],
): boolean {
  return letters.some((known) => known.id === id && known.expires === expires && known.days <= days);
}
