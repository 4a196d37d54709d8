import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { loadYaml } from "../../foundation/declaration/load.ts";
import { showPath } from "../../foundation/declaration/problem.ts";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import { noticeSchema } from "./declaration.ts";
import { kindOf } from "./files.ts";
import { type Judging, type Lesson, readArchive } from "./lesson.ts";

/** A lesson that may not be published, and every reason. */
interface RefusedLesson {
  /** Relative to the folder. */
  file: string;
  problems: { place: string; message: string }[];
}

/** Every lesson of a folder, in alphabetical order of their files. */
export interface Lessons {
  lessons: Lesson[];
  refused: RefusedLesson[];
}

/**
 * Reads every `.ubz` below a folder, each with the notice beside it: `fractions.ubz` and `fractions.yaml`. Links are
 * not followed. Throws when the folder cannot be read.
 */
export async function readLessons(folder: string, judging: Judging = {}): Promise<Lessons> {
  const read: Lessons = { lessons: [], refused: [] };
  for (const file of filesBelow(folder).filter((name) => name.toLowerCase().endsWith(".ubz"))) {
    const result = await readLesson(folder, file, judging);
    if ("problems" in result) read.refused.push(result);
    else read.lessons.push(result);
  }
  return read;
}

async function readLesson(folder: string, file: string, judging: Judging): Promise<Lesson | RefusedLesson> {
  const noticeFile = file.replace(/\.ubz$/i, ".yaml");
  const notice = loadYaml(join(folder, noticeFile), noticeSchema);
  const archive = await readArchive(join(folder, file), judging);
  const problems = [
    ...(notice.ok
      ? []
      : notice.problems.map(({ line, column, path, message }) => ({
          place: `${noticeFile}:${line}:${column}`,
          message: `${path.length > 0 ? `${showPath(path)}: ` : ""}${message}`,
        }))),
    ...(archive.ok
      ? []
      : archive.problems.map(({ entry, message }) => ({
          place: entry ? `${file}: ${entry}` : file,
          message,
        }))),
  ];
  if (!notice.ok || !archive.ok) return { file, problems };
  const { metadata, pages, bytes, thumbnail } = archive.archive;
  const { author, licence, subject, levels } = notice.declaration;
  const title = notice.declaration.title ?? metadata.title;
  if (title === "") {
    const message = "title: is missing, and the lesson has none in OpenBoard either. Write one.";
    return { file, problems: [{ place: `${noticeFile}:1:1`, message }] };
  }
  const updated = /^\d{4}-\d{2}-\d{2}/.exec(metadata.updated ?? "")?.[0];
  return { file, title, author, licence, subject, levels, updated, pages, bytes, thumbnail };
}

/** Files below a folder, relative to it, with `/` between, in alphabetical order. Links and hidden files are left out. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".")))
    .sort();
}

/** SHA-256 of every program of the widgets (`*.wgt`, `*.wgs`) below a folder: those that lessons may carry too. */
export function programsOf(folder: string): Set<string> {
  const programs = filesBelow(folder).filter(
    (name) => /\.wg[ts]\//.test(name) && ["script", "html", "xml", "style"].includes(kindOf(name) ?? ""),
  );
  return new Set(programs.map((name) => sha256(readFileSync(join(folder, name)))));
}
