import type { Change } from "../../components/commune/changes/change.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import type { Facts } from "../facts.ts";
import type { Rank } from "./clause.ts";
import type { Names } from "./names.ts";

/** Facts that a changed setting is told with. */
export interface Asked {
  change: Change;
  path: readonly string[];
  /** Section that the field is in, by its title. */
  section: Translated;
  facts: Pick<Facts, "before" | "after" | "changes">;
  names: Names;
}

/** Sentence about a changed setting; undefined if it needs none. */
export type Told = { rank: Rank; text: Translated } | undefined;
