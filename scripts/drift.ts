import { Command } from "commander";
import { type Drift, driftReport, hasDrifted } from "../audit/drift.ts";
import { loadCommune } from "../components/commune/load.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { Looked } from "./approval/looked.ts";
import { placeOf } from "./approval/place.ts";
import { writeReport } from "./approval/write.ts";
import { type EnginePlace, runEngine } from "./engine.ts";
import { pageLanguageOption } from "./language.ts";
import { underway } from "./underway.ts";

/** Asks the engine what is on the cluster. Changes nothing. Throws what stops it. */
async function driftOf(stacks: string, place: EnginePlace, id: string, today: string): Promise<Drift> {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  underway({
    en: `${id}: each of its objects is looked at on the cluster`,
    fr: `${id} : chacun de ses objets est regardé sur le cluster`,
  });
  const looked = new Looked();
  const run = await runEngine(place, ["refresh", "--preview-only", "-s", id], (event) => looked.note(event));
  if (run.exitCode !== 0)
    throw new TranslatedError({
      en: `the cluster of ${id} could not be read:\n${run.complaints.join("\n")}`,
      fr: `le cluster de ${id} n’a pas pu être lu :\n${run.complaints.join("\n")}`,
    });
  return { declaration: loaded.declaration, today, ...looked.objects() };
}

interface Options {
  to?: string;
  language: Language;
  json?: true;
}

/** `commune drift <id>`: what somebody changed on the cluster by hand, as a report; for a timer by its exit code. */
export function driftCommand(
  stacks = repositoryFile("stacks"),
  place: (id: string) => EnginePlace = placeOf,
): Command {
  return new Command("drift")
    .description(
      "Write a report of what a commune's cluster has otherwise than it was applied: what was changed or deleted by hand. Changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <folder>", "where the report is written; .local/drift/<commune> when absent")
    .addOption(pageLanguageOption("the report"))
    .option("--json", "print the report as JSON, and write nothing")
    .action(async (id: string, { to, language, json }: Options) => {
      const today = new Date().toISOString().slice(0, 10);
      const drift = await driftOf(stacks, place(id), id, today);
      const report = driftReport(drift, language);
      if (hasDrifted(drift)) process.exitCode = 1;
      if (json) {
        console.log(JSON.stringify(report, undefined, 2));
        return;
      }
      const folder = to ?? repositoryFile(`.local/drift/${id}`);
      const { files } = writeReport(folder, report, { kind: "state" });
      console.log([...report.summary, ...files].map((line) => `  ${line}`).join("\n"));
    });
}
