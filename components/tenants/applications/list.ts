import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { type Image, images as shared } from "../../foundation/image/catalogue.ts";
import { chartsFolder } from "../chart/render.ts";
import type { Application, ApplicationPlan, Engine, TenantFacts } from "./application.ts";
import type { DeclaredSection } from "./fields.ts";
import { readCatalogue } from "./load.ts";
import type { Pages } from "./pages.ts";

let read: readonly Application[] | undefined;

/**
 * Returns every application of the toolkit's charts, in the order of the catalogue. Their folders are read on the
 * first call: a commune without associations reads none. Throws DeclarationError.
 */
export function catalogue(): readonly Application[] {
  read ??= readCatalogue(chartsFolder);
  return read;
}

/** Returns their names, in that order. */
export function applicationNames(): readonly string[] {
  return catalogue().map(({ name }) => name);
}

/** Returns the applications that associations can request on their own: none that nobody has run here. */
export function offeredApplications(): readonly Application[] {
  return catalogue().filter(({ isNeverRun }) => !isNeverRun);
}

/** Note wherever an application that nobody has run is offered. */
const neverRunNote = "Never run by the authors of this toolkit: try it first (docs/charts.md).";

/** The applications of an association's file, each with its section. */
export type Applications = Readonly<Record<string, DeclaredSection | undefined>>;

/** Returns the schema of an association's `applications:` section. */
export function applicationsSection(all = catalogue()): z.ZodType<Applications> {
  const shape = Object.fromEntries(
    all.map(({ name, section: own, description, isNeverRun }) => [
      name,
      own.optional().describe(isNeverRun ? `${description} ${neverRunNote}` : description),
    ]),
  );
  return section(shape);
}

/** Returns the application with a name; undefined if the catalogue has none. */
export function findApplication(name: string): Application | undefined {
  return catalogue().find((each) => each.name === name);
}

/** Returns the application with a name. Throws if the catalogue has none. */
export function applicationOf(name: string): Application {
  const found = findApplication(name);
  if (found === undefined)
    throw new Error(`${name} is not an application. Known: ${applicationNames().join(", ")}.`);
  return found;
}

/** Whether an application of an association keeps rows on such a server. */
export function hasRowsOn(engine: Engine, applications: Applications): boolean {
  return catalogue().some(({ name, rows }) => rows === engine && applications[name] !== undefined);
}

/** Returns every image of every application, apart from the front's, which all services have. */
export function applicationImages(): readonly Image[] {
  return catalogue().flatMap(({ images }) => images);
}

/** Returns the references of an application's images, including the front's. */
export function referencesOf(name: string): string[] {
  return [...applicationOf(name).images, shared.nginx].map(({ reference }) => reference);
}

/** Plans the applications of an association, in the order of the catalogue. */
export function planApplications(
  tenant: TenantFacts,
  declared: Applications,
  pages: Pages,
  all = catalogue(),
): ApplicationPlan[] {
  return all.flatMap(({ name, plan }) => {
    const own = declared[name];
    return own === undefined ? [] : [plan(tenant, own, pages)];
  });
}

/**
 * Returns the name of the chart that serves files, which replaces others while an association is suspended. Throws if
 * there is none.
 */
export function chartOfPages(): string {
  const found = catalogue().find(({ folderField }) => folderField !== undefined);
  if (found === undefined)
    throw new Error("No application of charts/ serves pages (a field of the kind folder).");
  return found.name;
}

/** Returns the folder of pages that an association's file names, and the field that names it; undefined if it names none. */
export function pagesFolder(declared: Applications): { field: string[]; folder: string } | undefined {
  return catalogue().flatMap(({ name, folderField }) => {
    const folder = folderField === undefined ? undefined : declared[name]?.[folderField];
    return typeof folder === "string" && folderField !== undefined
      ? [{ field: ["applications", name, folderField], folder }]
      : [];
  })[0];
}
