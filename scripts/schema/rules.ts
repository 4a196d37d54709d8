import { rules } from "../../policies/rules.ts";

/** The table of every rule: its name, whether it refuses, the article of the brief that it serves, and what it holds. */
export function rulesTable(): string {
  return [
    "## Every rule",
    "",
    "| rule | level | serves | reads | holds |",
    "|---|---|---|---|---|",
    ...rules.map(
      ({ id, level, serves, reads, description }) =>
        `| \`${id}\` | ${level} | ${serves} | ${reads} | ${description.en} |`,
    ),
  ].join("\n");
}
