import { nearest } from "../components/foundation/declaration/choice.ts";
import { show } from "../components/foundation/declaration/show.ts";
import { spoken } from "./language.ts";

/** Advice on a name that nobody has declared: the one that is meant, or all that there are. */
export function adviceOn(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const all = known.join(", ");
  if (near !== undefined)
    return spoken({ en: `Did you mean ${show(near)}?`, fr: `Vouliez-vous dire ${show(near)} ?` });
  if (all === "") return spoken({ en: "Declared are: none.", fr: "Aucune déclaration." });
  return spoken({ en: `Declared are: ${all}.`, fr: `Sont déclarés : ${all}.` });
}

/** Refusal of a commune that nobody has declared. */
export function undeclared(id: string, known: readonly string[]): string {
  const advice = adviceOn(id, known);
  return spoken({
    en: `error: no commune ${show(id)} is declared in stacks/. ${advice}`,
    fr: `error: aucune commune ${show(id)} n’est déclarée dans stacks/. ${advice}`,
  });
}
