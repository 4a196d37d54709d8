import type { Path } from "../../foundation/declaration/position.ts";
import type { Effect, Interruption } from "./effect.ts";
import type { Told } from "./sentences.ts";

/** What a change is of. */
export type Subject =
  | "service"
  | "version"
  | "name"
  | "volume"
  | "database"
  | "rows"
  | "media"
  | "secret"
  | "seed"
  | "link"
  | "place"
  | "setting"
  | "software"
  | "restart"
  | "site"
  | "tenant"
  | "news";

/** A difference between what a stack published and what it plans now: data alone, which sentences are made of. */
export interface Change {
  what: Subject;
  /** Which one of them: `nextcloud`, `nextcloud-data`, `bron`. */
  name: string;
  /** What was; nothing where it is new. */
  from: string | number | undefined;
  /** What is to be; nothing where it goes. */
  to: string | number | undefined;
  effect: Effect;
  interruption: Interruption;
  /** Whom it touches: services for those who use them, and `peers`, `visitors` of the public Wi-Fi, `residents`. */
  affected: readonly string[];
  /** The field of the declaration that makes it so. */
  field: Path;
  /** Which sentence tells it, and with what. */
  told: Told;
}

/** A change of which nothing more is known than must be: nobody is touched, nothing is interrupted. */
export function change({
  from,
  to,
  interruption = "none",
  affected = [],
  ...rest
}: Pick<Change, "what" | "name" | "effect" | "field" | "told"> & Partial<Change>): Change {
  return { ...rest, from, to, interruption, affected };
}
