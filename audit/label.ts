import type { Change } from "../components/commune/changes/change.ts";
import { type Effect, effects } from "../components/commune/changes/effect.ts";
import { worst } from "./approval/remade.ts";
import type { Facts } from "./facts.ts";
import { untoldIn } from "./untold.ts";

/** The gravest effect of some changes; `reversible` if there is none. */
export function labelOf(changes: readonly Change[]): Effect {
  return effects.findLast((effect) => changes.some((change) => change.effect === effect)) ?? "reversible";
}

/** Label of a change, with what happens to objects and what the engine would do, if that is known. */
export function labelOfFacts(
  facts: Pick<Facts, "changes" | "plan" | "objects" | "before" | "after">,
): Effect {
  const found = [
    labelOf(facts.changes),
    facts.plan === undefined ? "reversible" : worst(facts.plan),
    ...untoldIn(facts).map(({ effect }) => effect),
  ];
  return effects.findLast((effect) => found.includes(effect)) ?? "reversible";
}
