import { seriesOf } from "./names.ts";

const dayMs = 24 * 3_600_000;

/** Returns the quarter of a time: `2026q4`. */
export function quarterOf(at: Date): string {
  return `${at.getUTCFullYear()}q${Math.floor(at.getUTCMonth() / 3) + 1}`;
}

/** Returns the day of a time: `2026-11-26`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

const dayAfter = (at: Date) => dayOf(new Date(at.getTime() + dayMs));

/** Returns the days of those generations of a kind that are named by a day, oldest first. */
const daysIn = (kind: string, names: readonly string[]) =>
  names
    .flatMap((name) => seriesOf(name) ?? [])
    .flatMap(({ kind: other, period }) => (other === kind && period.includes("-") ? [period] : []))
    .sort();

/**
 * Returns the generation that copies of a kind go to at a time: the quarter's or, if that could not be proved, the newest
 * that was begun in the quarter ({@link freshGeneration}).
 *
 * @param names existing generations.
 */
export function currentGeneration(kind: string, at: Date, names: readonly string[]): string {
  const quarter = quarterOf(at);
  const days = daysIn(kind, names).filter(
    (day) => day === dayAfter(at) || (day <= dayOf(at) && quarterOf(new Date(day)) === quarter),
  );
  return `${kind}-${days.at(-1) ?? quarter}`;
}

/**
 * Returns the generation that copies go to when the current one is not whole at any vault: a new one, named by today's date
 * or, if that is taken, by tomorrow's, which vaults accept; undefined if both are taken, which ends the next day.
 *
 * @param names existing generations.
 */
export function freshGeneration(kind: string, at: Date, names: readonly string[]): string | undefined {
  return [dayOf(at), dayAfter(at)].map((day) => `${kind}-${day}`).find((name) => !names.includes(name));
}
