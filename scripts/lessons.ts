import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { plain } from "../components/foundation/declaration/show.ts";
import { writeCatalogue } from "../components/schools/lessons/catalogue.ts";
import { type Lessons, programsOf, readLessons } from "../components/schools/lessons/folder.ts";
import { spoken } from "./language.ts";

interface Options {
  library?: string;
  json?: true;
}

/** `commune lessons`: looks at lessons that teachers want to share, and makes their catalogue. */
export function lessonsCommand(): Command {
  return new Command("lessons")
    .description(
      "Check lessons for OpenBoard (.ubz) that somebody wants to share, and build their catalogue.",
    )
    .addCommand(checkCommand())
    .addCommand(buildCommand());
}

function withLibrary(command: Command): Command {
  return command
    .argument("<folder>", "folder with lessons, each with its notice beside it (docs/schools.md)")
    .option(
      "--library <folder>",
      "lessons may have the widgets of this folder, such as OpenBoard's own library",
    )
    .option("--json", "print the result as JSON");
}

function checkCommand(): Command {
  const command = withLibrary(new Command("check")).description(
    "List every reason why a lesson cannot be shared. Reads files only.",
  );
  return command.action(async (folder: string, options: Options) => {
    const read = await readFolder(command, folder, options);
    console.log(options.json ? asJson(read) : report(read));
    if (read.refused.length > 0) process.exitCode = 1;
  });
}

function buildCommand(): Command {
  const command = withLibrary(new Command("build"))
    .description("Write the catalogue: a page, its pictures, and the same as JSON.")
    .option(
      "--out <folder>",
      "where to write it; <folder>/catalogue when absent. What stands there is replaced",
    )
    .option("--title <title>", "title of the page", "Leçons partagées");
  return command.action(async (folder: string, options: Options & { out?: string; title: string }) => {
    const read = await readFolder(command, folder, options);
    const out = options.out ?? join(folder, "catalogue");
    if (read.refused.length === 0) {
      if (existsSync(out) && !existsSync(join(out, "lessons.json"))) {
        command.error(
          spoken({
            en: `error: ${out} exists and is not a catalogue. Name another folder, or remove it.`,
            fr: `error: ${out} existe et n’est pas un catalogue. Nommez un autre dossier, ou supprimez-le.`,
          }),
        );
      }
      writeCatalogue(options.title, folder, read.lessons, out);
    }
    if (options.json) console.log(asJson(read));
    else if (read.refused.length > 0) console.log(report(read));
    else
      console.log(
        spoken({
          en: `${join(out, "index.html")}: written, ${read.lessons.length} lessons.`,
          fr: `${join(out, "index.html")} : écrit, ${read.lessons.length} leçons.`,
        }),
      );
    if (read.refused.length > 0) process.exitCode = 1;
  });
}

async function readFolder(command: Command, folder: string, { library }: Options): Promise<Lessons> {
  for (const path of [folder, library]) {
    if (path !== undefined && !(existsSync(path) && statSync(path).isDirectory())) {
      command.error(
        spoken({ en: `error: ${path} is not a folder.`, fr: `error: ${path} n’est pas un dossier.` }),
        { exitCode: 2 },
      );
    }
  }
  return readLessons(folder, library === undefined ? {} : { knownPrograms: programsOf(library) });
}

function asJson({ lessons, refused }: Lessons): string {
  const listed = lessons.map(({ thumbnail, licence, ...lesson }) => ({ ...lesson, licence: licence.id }));
  return JSON.stringify({ lessons: listed, refused }, undefined, 2);
}

/** Report as lines: each reason with its place. */
function report({ lessons, refused }: Lessons): string {
  const reasons = refused.flatMap(({ problems }) =>
    problems.map(({ place, message }) => spoken(`${plain(place)}: ${plain(message)}`)),
  );
  const count = (number: number) =>
    number === 1
      ? spoken({ en: "1 lesson", fr: "1 leçon" })
      : spoken({ en: `${number} lessons`, fr: `${number} leçons` });
  return [
    ...reasons,
    ...(reasons.length > 0 ? [""] : []),
    spoken({
      en: `${count(lessons.length)} may be shared, ${refused.length} may not. Nothing was changed.`,
      fr: `${count(lessons.length)} peuvent être partagées, ${refused.length} ne le peuvent pas. Rien n’a été changé.`,
    }),
  ].join("\n");
}
