import { type Need, needOf, type Weight } from "./approval/needs.ts";
import { dataOf } from "./compared.ts";
import type { Facts } from "./facts.ts";
import { labelOfFacts } from "./label.ts";
import { openedBy } from "./opened.ts";

/** Categories of personal data that each service holds, as text. */
const held = (objects: Parameters<typeof dataOf>[0]) =>
  JSON.stringify([...dataOf(objects)].map(([service, kinds]) => [service, [...kinds].sort()]).sort());

/** Facts that decide how many have to approve a change. */
export function weightOf(facts: Facts): Weight {
  const { before, after } = facts;
  return {
    label: labelOfFacts(facts),
    touchesPersonalData: held(before?.objects ?? []) !== held(after.objects),
    opens: openedBy(facts).length > 0,
    unprotects:
      facts.changes.some(({ told: { sentence } }) => sentence === "protectionEnds") ||
      (facts.engineChanges?.released ?? []).length > 0,
  };
}

/** Returns how many have to approve a change. */
export function needOfChange(facts: Facts): Need {
  return needOf(weightOf(facts));
}
