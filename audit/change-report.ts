import type { Language } from "../components/foundation/language/language.ts";
import type { Facts } from "./facts.ts";
import { labelOfFacts } from "./label.ts";
import type { Report } from "./report.ts";
import { sections } from "./sections.ts";
import { summaryOf } from "./summary/summary.ts";
import { needOfChange } from "./weight.ts";

/** Makes a report of facts, in one language. */
export function reportOf(facts: Facts, language: Language): Report {
  const { plan, after, because } = facts;
  const { declaration } = after;
  return {
    format: 1,
    kind: "change",
    commune: declaration.id,
    name: declaration.name,
    date: facts.today,
    language,
    label: labelOfFacts(facts),
    ...(because !== undefined && { because }),
    summary: summaryOf(facts, language),
    sections: sections(facts, language),
    changes: facts.changes,
    ...(plan && { approval: { need: needOfChange(facts), plan } }),
  };
}
