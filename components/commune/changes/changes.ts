import type { Path } from "../../foundation/declaration/position.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import type { Change } from "./change.ts";
import { serverChanges, volumeChanges } from "./data.ts";
import { type DepartureFacts, departures, rowsLeft } from "./departures.ts";
import { english } from "./english.ts";
import { fieldChanges } from "./fields.ts";
import { moveChanges } from "./moves.ts";
import { pointsBefore } from "./points-before.ts";
import { protectionChanges } from "./protection.ts";
import { secretChanges } from "./secrets.ts";
import { type Phrasing, tell } from "./sentences.ts";
import { serviceChanges } from "./services.ts";
import { linkChanges, newsChanges, placeChanges, siteChanges, softwareChanges } from "./surroundings.ts";
import { tenantChanges } from "./tenants.ts";

/** What the stack's own settings say. */
export interface StackFacts extends DepartureFacts {
  /** What somebody has moved by hand, each as `<section>=<where it is now>`: it admits that move and no other. */
  moved: readonly string[];
  /** The version that the data of a service was put back to, by service: it admits that older version and no other. */
  restored?: Readonly<Record<string, string>>;
  /** What of its site is published; nothing where the stack's settings are not known. */
  site?: Readonly<Record<string, string>> | undefined;
  /** Fingerprint of the seed of which shares on paper were tried. */
  seedKept?: string | undefined;
}

/**
 * Every difference between what a stack published after its last complete update and what it plans now, as data: what
 * goes through and what is refused. Pure: it contacts nothing.
 */
export function changesOf(before: Published, plan: CommunePlan, facts: StackFacts): Change[] {
  return [
    ...serviceChanges(before, plan, facts.restored ?? {}),
    ...volumeChanges(before, plan),
    ...moveChanges(before, plan, facts.moved),
    ...departures(before, plan, facts),
    ...tenantChanges(before, plan, facts),
    ...serverChanges(before, plan),
    ...secretChanges(before, plan),
    ...linkChanges(before, plan),
    ...placeChanges(before, plan),
    ...newsChanges(before, plan),
    ...fieldChanges(before, plan),
    ...softwareChanges(before, plan),
    ...siteChanges(before, facts.site),
    ...protectionChanges(before, plan, facts),
  ];
}

/** What keeps a run from going on: where it is declared, and why not. */
export function refusals(
  changes: readonly Change[],
  language: Phrasing = english,
): { field: Path; message: string }[] {
  return changes
    .filter(({ effect }) => effect === "refused")
    .map(({ field, told }) => ({ field, message: tell(told, language) }));
}

/**
 * What people should know before it is done: what nothing gives back, what takes a service away for more than a moment,
 * a database server that restarts under other services than the one that changes (decision 0021), what stays behind,
 * that data is no longer protected, and which restore points are taken first. Nothing is said where something is refused:
 * nothing is done then.
 *
 * @param given points that somebody has named: {@link pointsBefore}.
 */
export function announcements(
  changes: readonly Change[],
  before: Published,
  plan: CommunePlan,
  { language = english, given = {} }: { language?: Phrasing; given?: Readonly<Record<string, string>> } = {},
): string[] {
  if (changes.some(({ effect }) => effect === "refused")) return [];
  const told = changes.filter(({ what, effect, interruption, told: { sentence } }) => {
    if (sentence === "protectionEnds" || sentence === "leftBehind") return true;
    const isLong = interruption !== "none" && interruption !== "short";
    return effect === "irreversible" || isLong || (what === "database" && interruption === "short");
  });
  return [
    ...told.map((change) => change.told),
    ...pointsBefore(changes, before, plan, given).told,
    ...rowsLeft(before, plan),
  ].map((each) => tell(each, language));
}
