import { articles } from "../../policies/articles.ts";
import { rules } from "../../policies/rules.ts";

/** Text in a cell of a table, as it is. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

/** Returns the table of every rule: name, level, the article of the brief that it serves, and requirement. */
export function rulesTable(): string {
  return [
    "## Every rule",
    "",
    "| rule | level | serves | reads | holds | goes through | does not |",
    "|---|---|---|---|---|---|---|",
    ...rules.map(
      ({ id, level, serves, reads, description, examples: { keeps, breaks } }) =>
        `| \`${id}\` | ${level} | ${serves} | ${reads} | ${[description.en, keeps, breaks].map(cell).join(" | ")} |`,
    ),
  ].join("\n");
}

const levels = { mandatory: "refuse", advisory: "signale" } as const;

/** Returns the French table of every rule and its requirement. */
export function frenchRulesTable(): string {
  return [
    "## Toutes les règles",
    "",
    "« Refuse » : rien n’est fait tant que la règle n’est pas respectée. « Signale » : le rapport le dit, et rien n’est empêché.",
    "",
    "| ce que la règle demande | au nom de | elle | son nom |",
    "|---|---|---|---|",
    ...rules.map(
      ({ id, level, serves, description }) =>
        `| ${cell(description.fr)} | ${articles[serves].fr} | ${levels[level]} | \`${id}\` |`,
    ),
  ].join("\n");
}
