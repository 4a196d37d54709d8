import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { loadExceptions } from "../audit/approval/exceptions.ts";
import { drillsOf } from "../audit/drills/drills.ts";
import { evidenceFiles } from "../audit/evidence/files.ts";
import { listCommunes } from "../components/commune/load.ts";
import { loadBuilds } from "../components/commune/versions/builds.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { writeWhole } from "../local/cluster/files.ts";
import { judge, withExceptions } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { spoken } from "./language.ts";
import { objectsOfProgram, ownPubliccode, settledAt, sideAt } from "./side.ts";
import { undeclared } from "./undeclared.ts";
import { underway } from "./underway.ts";

function isoDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError(
      spoken({ en: "Write a day such as 2026-11-26.", fr: "Écrivez un jour, comme 2026-11-26." }),
    );
  return text;
}

interface Options {
  to?: string;
  date?: string;
  json?: true;
}

/** `commune evidence <id>`: what a commune has to show to others, as files, from what it declares. Contacts nothing. */
export function evidenceCommand(stacks = repositoryFile("stacks"), objects = objectsOfProgram): Command {
  return new Command("evidence")
    .description(
      "Write what a commune shows to others of its cloud: software with its source, SBOM, CHATONS properties, answers for the label Territoire Numérique Libre, sovereignty sheet, drafts of the register of processing, impact assessment and processing agreement, check of publiccode.yml. Reads files only, contacts nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <folder>", "where the files are written; .local/evidence/<commune> when absent")
    .option(
      "--date <day>",
      "day that the files are of, today when absent: the same day and declaration give the same bytes",
      isoDay,
    )
    .option("--json", "print the list of files as JSON")
    .action(async (id: string, { to, date, json }: Options, command: Command) => {
      const today = date ?? new Date().toISOString().slice(0, 10);
      const declared = listCommunes(stacks);
      if (!declared.includes(id)) command.error(undeclared(id, declared), { exitCode: 2 });
      const builds = loadBuilds(stacks, id);
      if (builds?.ok === false) throw new DeclarationError(builds.problems);
      const allowed = loadExceptions(stacks, id, today);
      if (!allowed.ok) throw new DeclarationError(allowed.problems);
      underway({
        en: `${id}: its objects are made from what it declares, and the rules are asked`,
        fr: `${id} : ses objets sont faits d’après ce qu’elle déclare, et les règles sont jugées`,
      });
      const side = await sideAt(stacks, id, objects, builds?.images);
      const publiccode = ownPubliccode();
      const drills = drillsOf(stacks, id);
      const known = { ...side, site: settledAt(stacks, id)?.site, today, publiccode, drills };
      const findings = withExceptions(judge(rules, known), allowed.exceptions);
      const folder = to ?? repositoryFile(`.local/evidence/${id}`);
      const files = Object.entries(evidenceFiles({ ...side, today, findings, publiccode, drills })).map(
        ([name, text]) => {
          const file = join(folder, name);
          writeWhole(file, text);
          return file;
        },
      );
      console.log(json ? JSON.stringify({ files }) : files.map((file) => `  ${file}`).join("\n"));
    });
}
