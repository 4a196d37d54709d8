import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { plain } from "../components/foundation/declaration/show.ts";
import { writeCatalogue } from "../components/schools/lessons/catalogue.ts";
import { type Lessons, programsOf, readLessons } from "../components/schools/lessons/folder.ts";

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
  const command = withLibrary(new Command("check"))
    .description("List every reason why a lesson cannot be shared. Reads files only.")
    .addHelpText("after", "\nExit code: 0 when all may be shared, 1 when one is refused, 2 for wrong usage.");
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
    .option("--title <title>", "title of the page", "Leçons partagées")
    .addHelpText(
      "after",
      "\nExit code: 0 when written, 1 when a lesson is refused (nothing is written), 2 for wrong usage.",
    );
  return command.action(async (folder: string, options: Options & { out?: string; title: string }) => {
    const read = await readFolder(command, folder, options);
    const out = options.out ?? join(folder, "catalogue");
    if (read.refused.length === 0) {
      if (existsSync(out) && !existsSync(join(out, "lessons.json"))) {
        command.error(`error: ${out} exists and is not a catalogue. Name another folder, or remove it.`);
      }
      writeCatalogue(options.title, folder, read.lessons, out);
    }
    if (options.json) console.log(asJson(read));
    else if (read.refused.length > 0) console.log(report(read));
    else console.log(`${join(out, "index.html")}: written, ${read.lessons.length} lessons.`);
    if (read.refused.length > 0) process.exitCode = 1;
  });
}

async function readFolder(command: Command, folder: string, { library }: Options): Promise<Lessons> {
  for (const path of [folder, library]) {
    if (path !== undefined && !(existsSync(path) && statSync(path).isDirectory())) {
      command.error(`error: ${path} is not a folder.`, { exitCode: 2 });
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
    problems.map(({ place, message }) => `${plain(place)}: ${plain(message)}`),
  );
  const count = (number: number) => (number === 1 ? "1 lesson" : `${number} lessons`);
  return [
    ...reasons,
    ...(reasons.length > 0 ? [""] : []),
    `${count(lessons.length)} may be shared, ${refused.length} may not. Nothing was changed.`,
  ].join("\n");
}
