import type { Effect } from "../../components/commune/changes/effect.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import type { Role } from "./approvers.ts";

/** Number of approvals that a change needs before `commune apply` makes it. Whoever proposes it never counts. */
export const needs = ["nobody", "one", "two"] as const;
export type Need = (typeof needs)[number];

/** Facts that decide how many have to approve. */
export interface Weight {
  label: Effect;
  /** Whether data of persons comes, goes, or is held elsewhere. */
  touchesPersonalData: boolean;
  /** Whether something can be reached or reaches out that did not before. */
  opens: boolean;
  /** Whether data that was protected from deletion is so no more: what comes after may delete it. */
  unprotects: boolean;
}

/**
 * Returns how many have to approve: one if a change can be undone, with or without a copy from before; two if
 * something is deleted for good, if it may be from then on, or if personal data or an
 * opening changes.
 */
export function needOf({ label, touchesPersonalData, opens, unprotects }: Weight): Need {
  if (label === "refused") return "nobody";
  if (label === "irreversible" || touchesPersonalData || opens || unprotects) return "two";
  return "one";
}

/** Returns the need that asks for most, `one` of none. */
export function strictest(all: readonly Need[]): Need {
  return (["nobody", "two"] as const).find((need) => all.includes(need)) ?? "one";
}

/** Somebody who said yes. */
export interface Yes {
  /** Function, as the commune's file of approvers has it. */
  name: string;
  role: Role;
}

/** Roles that answer for citizens and not for machines. */
const answering: readonly Role[] = ["official", "data-protection"];

/** Returns what is still missing for a need; undefined if it is met. */
export function missing(need: Need, said: readonly Yes[]): Translated | undefined {
  const names = new Set(said.map(({ name }) => name));
  switch (need) {
    case "nobody":
      return {
        fr: "le changement est refusé tel qu’il est écrit, et personne ne peut l’approuver",
        en: "the change is refused as it is written, and nobody can approve it",
      };
    case "one":
      return names.size >= 1
        ? undefined
        : {
            fr: "personne d’autre que son auteur ne l’a approuvé",
            en: "nobody but its author has approved it",
          };
    case "two": {
      if (names.size < 2)
        return {
          fr: `deux personnes doivent l’approuver, et ${names.size === 0 ? "aucune ne l’a fait" : "une l’a fait"}`,
          en: `two have to approve it, and ${names.size === 0 ? "nobody has" : "one has"}`,
        };
      return said.some(({ role }) => answering.includes(role))
        ? undefined
        : {
            fr: "l’une des deux doit être un élu ou le délégué à la protection des données",
            en: "one of the two has to be an official or the data protection officer",
          };
    }
  }
}
