import { declaredHosts } from "../policies/declared-hosts.ts";
import { type Need, needOf, type Weight } from "./approval/needs.ts";
import { addressesCompared, dataOf, openingsCompared } from "./compared.ts";
import type { Facts } from "./facts.ts";
import { labelOfFacts } from "./label.ts";

/** Categories of personal data that each service holds, as text. */
const held = (objects: Parameters<typeof dataOf>[0]) =>
  JSON.stringify([...dataOf(objects)].map(([service, kinds]) => [service, [...kinds].sort()]).sort());

/** Fields of a declaration that are for people to read, and whose hosts no program reaches. */
const readAlone = /^(contact|website|portal)\b/;

/** Whether a change links with another commune, or has a program reach a server of others that was not named there. */
function reachesOthers({ changes, after: { declaration } }: Facts): boolean {
  const { domain } = declaration;
  const others = declaredHosts(declaration).filter(
    ({ field, host }) => host !== domain && !host.endsWith(`.${domain}`) && !readAlone.test(field),
  );
  return changes.some(({ what, name, from, to }) => {
    if (what === "link") return to !== undefined && from !== to;
    // What is not declared any more is not there either.
    return what === "setting" && others.some(({ field }) => field === name || field.startsWith(`${name}.`));
  });
}

/** Facts that decide how many have to approve a change. */
export function weightOf(facts: Facts): Weight {
  const { before, after } = facts;
  const outside = openingsCompared(facts).come.filter(({ party }) =>
    ["internet", "addresses"].includes(party.who),
  );
  return {
    label: labelOfFacts(facts),
    touchesPersonalData: held(before?.objects ?? []) !== held(after.objects),
    opens: addressesCompared(facts).come.length + outside.length > 0 || reachesOthers(facts),
  };
}

/** Returns how many have to approve a change. */
export function needOfChange(facts: Facts): Need {
  return needOf(weightOf(facts));
}
