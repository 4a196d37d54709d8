import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readIdentifier } from "../../foundation/declaration/identifier.ts";
import { loadYaml } from "../../foundation/declaration/load.ts";
import { DeclarationError, type Problem, shownFile } from "../../foundation/declaration/problem.ts";
import { Refusal } from "../../foundation/declaration/written.ts";
import { imageOf } from "../../foundation/image/catalogue.ts";
import type { Application } from "./application.ts";
import { beginning, sectionOfFields } from "./fields.ts";
import { guideOf } from "./guide.ts";
import { planApplication } from "./planner.ts";
import { applicationSchema, type DeclaredApplication } from "./schema.ts";

/** Name of the file that makes a folder of `charts/` an application. */
export const applicationFile = "application.yaml";

/** Name of the file, if there is one, on how to continue with it elsewhere. */
const guideFile = "guide.md";

/** All problems of an application's folder, or the application. */
type Read = { problems: readonly Problem[] } | { application: Application };

/** Reads an application from its folder; returns all its problems with their lines otherwise. */
function readApplication(folder: string): Read {
  const file = join(folder, applicationFile);
  const loaded = loadYaml(file, applicationSchema);
  if (!loaded.ok) return { problems: loaded.problems };
  const name = basename(folder);
  const problem = readIdentifier(name);
  if (problem instanceof Refusal) {
    const message = `the folder's name ${problem.reason}. Rename it.`;
    return { problems: [{ file: shownFile(file), line: 1, column: 1, path: [], message }] };
  }
  const guide = join(folder, guideFile);
  const text = existsSync(guide) ? readFileSync(guide, "utf8") : "";
  return { application: applicationOf(name, loaded.declaration, text) };
}

/**
 * Returns an application as its folder declares it.
 *
 * @param guide text of guide.md; empty if there is none.
 */
function applicationOf(name: string, declared: DeclaredApplication, guide: string): Application {
  const { place, description, neverRun, pages, fields, image, login, rows, tellsApart } = declared;
  const { access } = fields;
  const named = { name, ...declared };
  return {
    ...{ name, place, pages },
    ...{ description: description.en, asked: description.fr, isNeverRun: neverRun },
    section: sectionOfFields(fields),
    folderField: Object.keys(fields).find((field) => fields[field]?.kind === "folder"),
    plan: (tenant, section, files) => planApplication(named, tenant, section, files),
    begins: beginning(fields),
    images: image ? [imageOf(image)] : [],
    tellsApart: tellsApart ?? (access?.kind === "access" ? access.of : []),
    isGated: login !== undefined,
    rows: rows?.engine,
    guide: guideOf(named, guide),
    declared,
  };
}

/**
 * Reads every application below a folder of charts, in the order of the catalogue. Synchronous: files of a few KiB
 * each. Throws DeclarationError with the place of every problem.
 */
export function readCatalogue(charts: string): readonly Application[] {
  const read = readdirSync(charts)
    .filter((name) => existsSync(join(charts, name, applicationFile)))
    .map((name) => readApplication(join(charts, name)));
  const problems = read.flatMap((each) => ("problems" in each ? each.problems : []));
  if (problems.length > 0) throw new DeclarationError(problems);
  return read
    .flatMap((each) => ("application" in each ? [each.application] : []))
    .sort((one, other) => one.place - other.place || one.name.localeCompare(other.name));
}
