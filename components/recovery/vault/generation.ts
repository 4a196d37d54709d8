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
 * that was begun in the quarter ({@link freshGenerations}).
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
 * Returns the generations that copies may go to when the current one is not whole at any vault: new ones, named by today's
 * date and by tomorrow's, which vaults accept; without those that exist.
 *
 * @param names existing generations.
 */
export function freshGenerations(kind: string, at: Date, names: readonly string[]): string[] {
  return [dayOf(at), dayAfter(at)].map((day) => `${kind}-${day}`).filter((name) => !names.includes(name));
}

const tag = "generation=";

/** Returns the tag of a snapshot that says in which generation it was taken: of one repository, a host could give two names. */
export function generationTag(generation: string): string {
  return `${tag}${generation}`;
}

/** Returns the generation that the tags of a snapshot name; undefined if they name none, as of restore points. */
export function taggedGeneration(tags: readonly string[]): string | undefined {
  return tags.find((each) => each.startsWith(tag))?.slice(tag.length);
}
