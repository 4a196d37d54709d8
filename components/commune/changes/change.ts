import type { Path } from "../../foundation/declaration/position.ts";
import type { Effect, Interruption } from "./effect.ts";
import type { Told } from "./sentences.ts";

/** Kinds of things that a change can concern. */
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

/** A difference between what a stack published and what it now plans. Data only; sentences are made from it. */
export interface Change {
  what: Subject;
  /** Name of the thing: `nextcloud`, `nextcloud-data`, `bron`. */
  name: string;
  /** Former value; undefined if the thing is new. */
  from: string | number | undefined;
  /** Planned value; undefined if the thing is removed. */
  to: string | number | undefined;
  effect: Effect;
  interruption: Interruption;
  /** Those whom it affects: services stand for their users, next to `peers`, `visitors` of the public Wi-Fi, `residents`. */
  affected: readonly string[];
  /** The field of the declaration that causes it. */
  field: Path;
  /** The sentence that describes it, with its parameters. */
  told: Told;
}

/** Returns a change with defaults: it affects nobody and interrupts nothing. */
export function change({
  from,
  to,
  interruption = "none",
  affected = [],
  ...rest
}: Pick<Change, "what" | "name" | "effect" | "field" | "told"> & Partial<Change>): Change {
  return { ...rest, from, to, interruption, affected };
}
