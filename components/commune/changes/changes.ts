import type { Path } from "../../foundation/declaration/position.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { availabilityChanges } from "./availability.ts";
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

/** Facts from the stack's own settings. */
export interface StackFacts extends DepartureFacts {
  /** Moves that somebody has made by hand, each as `<section>=<new place>`: it admits that move and no other. */
  moved: readonly string[];
  /** Version to which the data of a service was restored, by service: it admits that older version and no other. */
  restored?: Readonly<Record<string, string>>;
  /** Published facts about the site; undefined if the stack's settings are not known. */
  site?: Readonly<Record<string, string>> | undefined;
  /** Fingerprint of the seed whose shares on paper were verified. */
  seedKept?: string | undefined;
}

/**
 * Returns every difference between what a stack published after its last complete update and what it now plans, as
 * data, whether it is permitted or refused. Pure: it contacts nothing.
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
    ...availabilityChanges(before, plan),
    ...fieldChanges(before, plan),
    ...softwareChanges(before, plan),
    ...siteChanges(before, facts.site),
    ...protectionChanges(before, plan, facts),
  ];
}

/** Returns the reasons why a run must not go on, each with the field that declares it. */
export function refusals(
  changes: readonly Change[],
  language: Phrasing = english,
): { field: Path; message: string }[] {
  return changes
    .filter(({ effect }) => effect === "refused")
    .map(({ field, told }) => ({ field, message: tell(told, language) }));
}

/**
 * Returns what people should know before an update: what cannot be restored, what interrupts a service for more than a
 * moment, a database server whose restart affects other services than the changed one (decision 0021), what stays
 * behind, that data loses its protection, and which restore points are taken first. Empty if something is refused:
 * nothing is done then.
 *
 * @param given restore points that somebody has named: {@link pointsBefore}.
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
