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
 * Every application of the toolkit's charts, in the order of the catalogue. Their folders are read when the first is asked
 * for: a commune without associations reads none. Throws DeclarationError.
 */
export function catalogue(): readonly Application[] {
  read ??= readCatalogue(chartsFolder);
  return read;
}

/** Their names, in the same order. */
export function applicationNames(): readonly string[] {
  return catalogue().map(({ name }) => name);
}

/** Those that associations can ask for by themselves: none that nobody has run here. */
export function offeredApplications(): readonly Application[] {
  return catalogue().filter(({ isNeverRun }) => !isNeverRun);
}

/** What stands wherever such an application is offered. */
const neverRunNote = "Never run by the authors of this toolkit: try it first (docs/charts.md).";

/** The applications of a tenant's file: the section of each that it has. */
export type Applications = Readonly<Record<string, DeclaredSection | undefined>>;

/** The `applications:` section of a tenant: what an association can ask for. */
export function applicationsSection(all = catalogue()): z.ZodType<Applications> {
  const shape = Object.fromEntries(
    all.map(({ name, section: own, description, isNeverRun }) => [
      name,
      own.optional().describe(isNeverRun ? `${description} ${neverRunNote}` : description),
    ]),
  );
  return section(shape);
}

/** The application of a name; undefined if the catalogue has none. */
export function findApplication(name: string): Application | undefined {
  return catalogue().find((each) => each.name === name);
}

/** The application of a name that is in the catalogue. Throws where it is not. */
export function applicationOf(name: string): Application {
  const found = findApplication(name);
  if (found === undefined)
    throw new Error(`${name} is no application. There are ${applicationNames().join(", ")}.`);
  return found;
}

/** Whether something that an association has keeps rows on such a server. */
export function hasRowsOn(engine: Engine, applications: Applications): boolean {
  return catalogue().some(({ name, rows }) => rows === engine && applications[name] !== undefined);
}

/** Every image of an application, beside the front's, which all services have. */
export function applicationImages(): readonly Image[] {
  return catalogue().flatMap(({ images }) => images);
}

/** What an application runs: the references of its images, the front's among them. */
export function referencesOf(name: string): string[] {
  return [...applicationOf(name).images, shared.nginx].map(({ reference }) => reference);
}

/** The applications of a tenant, in the order of the catalogue. */
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

/** The chart that serves files, and stands in the place of another while its association is suspended. Throws without one. */
export function chartOfPages(): string {
  const found = catalogue().find(({ folderField }) => folderField !== undefined);
  if (found === undefined)
    throw new Error("No application of charts/ serves pages (a field of the kind folder).");
  return found.name;
}

/** The folder of pages that a tenant's file names, and the field that names it; undefined if it names none. */
export function pagesFolder(declared: Applications): { field: string[]; folder: string } | undefined {
  return catalogue().flatMap(({ name, folderField }) => {
    const folder = folderField === undefined ? undefined : declared[name]?.[folderField];
    return typeof folder === "string" && folderField !== undefined
      ? [{ field: ["applications", name, folderField], folder }]
      : [];
  })[0];
}
