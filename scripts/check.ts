import { join } from "node:path";
import { Command } from "commander";
import { listCommunes, loadCommune } from "../components/commune/load.ts";
import { nearest } from "../components/declaration/choice.ts";
import { countProblems, type Problem, showProblems } from "../components/declaration/problem.ts";
import { show } from "../components/declaration/show.ts";
import { loadFederation } from "../components/federation/members.ts";
import { checkout } from "../local/paths.ts";

/** What `commune check` finds in one commune. */
interface Checked {
  commune: string;
  valid: boolean;
  problems: readonly Problem[];
}

function check(stacks: string, id: string, metropolis: () => ReturnType<typeof loadFederation>): Checked {
  const loaded = loadCommune(stacks, id, metropolis);
  return { commune: id, valid: loaded.ok, problems: loaded.ok ? [] : loaded.error.problems };
}

function report(results: readonly Checked[]): string {
  const valid = results.filter((result) => result.valid).map(({ commune }) => `${commune}: valid`);
  const problems = results.flatMap((result) => result.problems);
  if (problems.length === 0) return [...valid, "", "Nothing was changed."].join("\n");
  return [showProblems(problems), ...valid, "", countProblems(problems.length)].join("\n");
}

/** `commune check [id…]`: lists every problem of the declarations. Reads files only. */
export function checkCommand(stacks = join(checkout, "stacks")): Command {
  const command = new Command("check")
    .description("Check declarations and list every problem. Reads files only, contacts nothing.")
    .argument("[commune...]", "communes to check; all of them when none is named")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit code: 0 when all are valid, 1 when a declaration is refused, 2 for wrong usage.",
    );
  return command.action((asked: string[], { json }: { json?: true }) => {
    const known = listCommunes(stacks);
    for (const id of asked.filter((id) => !known.includes(id))) {
      const near = nearest(id, known);
      const advice = near ? `Did you mean ${show(near)}?` : `Declared are: ${known.join(", ") || "none"}.`;
      command.error(`error: no commune ${show(id)} is declared in stacks/. ${advice}`, { exitCode: 2 });
    }
    if (known.length === 0) {
      command.error("error: stacks/ declares no commune. Create one with: npx commune init <id>", {
        exitCode: 1,
      });
    }
    const federation = loadFederation(stacks);
    const results = (asked.length > 0 ? [...new Set(asked)] : known).map((id) =>
      check(stacks, id, () => federation),
    );
    console.log(json ? JSON.stringify({ communes: results }, undefined, 2) : report(results));
    if (results.some(({ valid }) => !valid)) process.exitCode = 1;
  });
}
