import type { Sentences } from "../../components/commune/changes/sentences.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import type { Names } from "./names.ts";

/**
 * Subjects of the clauses of a report's first sentence, the most serious first: what is lost for good, what ends, what
 * is no longer safe, what has an effect that nobody here knows, what opens, where data goes, what changes, what comes,
 * what only waits. `beneath`: said if nothing else is.
 */
export const ranks = [
  "refused",
  "erased",
  "final",
  "ends",
  "unsafe",
  "unknown",
  "opens",
  "moves",
  "changes",
  "comes",
  "waits",
  "beneath",
] as const;
export type Rank = (typeof ranks)[number];

/** One thing that people will see, in words that need no knowledge of servers. Begins in lower case unless a name does. */
export interface Clause {
  rank: Rank;
  /** Name of what changes, for a list of what has no clause of its own. */
  about: Translated;
  text: Translated;
}

/** Words about one change. */
export type Made = Pick<Clause, "rank" | "text">;

/** Functions that word a change that is made as people will see it, by its sentence. */
export type MadeClauses = {
  [Name in keyof Sentences]?: (told: Sentences[Name], subject: Translated, names: Names) => Made;
};
