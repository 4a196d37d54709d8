import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../local/paths.ts";

/** Options of every command, by its words, as docs/commands.md has them: test/scripts/schema.test.ts keeps it current. */
const commands = new Map(
  readFileSync(join(checkout, "docs", "commands.md"), "utf8")
    .split(/^## commune /m)
    .slice(1)
    .flatMap((section) => {
      const options = [...section.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = ""]) => option);
      const name = section.slice(0, section.indexOf("\n"));
      // A former name of a verb: `Usage: commune report|audit [options]`.
      const [, former = name] = /^Usage: commune [a-z-]+\|([a-z-]+) \[/m.exec(section) ?? [];
      return [...new Set([name, former])].map((each) => [each, options] as const);
    }),
);

/** Verbs that others stand below: `recovery`, `recovery kit`. */
const groups = new Set(
  [...commands.keys()].flatMap((name) => {
    const words = name.split(" ");
    return words.slice(1).map((_, index) => words.slice(0, index + 1).join(" "));
  }),
);

/** Returns what is wrong with what stands after `npx commune`; undefined if the program has it. */
export function problemOf(line: string): string | undefined {
  const [first = "", ...rest] = line.trim().split(/\s+/);
  let name = first;
  while (groups.has(name) && /^[a-z]/.test(rest[0] ?? "")) {
    const verb = rest.shift();
    if (!groups.has(`${name} ${verb}`) && !commands.has(`${name} ${verb}`))
      return `commune ${name} has no verb ${verb}`;
    name += ` ${verb}`;
  }
  if (!groups.has(name) && !commands.has(name) && name !== "help") return `commune has no verb ${name}`;
  const known = commands.get(name) ?? ["--help"];
  const unknown = rest
    .map((word) => /^(--[a-z-]+)/.exec(word)?.[1])
    .find((option) => option !== undefined && !known.includes(option));
  return unknown && `commune ${name} has no option ${unknown}`;
}
