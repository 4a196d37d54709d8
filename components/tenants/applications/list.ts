import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { type Image, images as shared } from "../../foundation/image/catalogue.ts";
import type { ApplicationPlan, Engine, TenantFacts } from "./application.ts";
import { dokuwiki } from "./dokuwiki/index.ts";
import { dolibarr } from "./dolibarr/index.ts";
import { etherpad } from "./etherpad/index.ts";
import { foodsoft } from "./foodsoft/index.ts";
import { galette } from "./galette/index.ts";
import { grr } from "./grr/index.ts";
import { mediawiki } from "./mediawiki/index.ts";
import { mobilizon } from "./mobilizon/index.ts";
import { paheko } from "./paheko/index.ts";
import { radicale } from "./radicale/index.ts";
import { site } from "./site/index.ts";
import type { Pages } from "./site/pages.ts";
import { spip } from "./spip/index.ts";
import { wordpress } from "./wordpress/index.ts";

/** Applications that were run here, in the order of the catalogue: charts/<x>/level.json says what was seen. */
const run = [site, wordpress, dokuwiki, mediawiki, spip, radicale] as const;

/**
 * Applications that nobody has run here: written after upstream's own files, and held to contract tests alone. A level of 1
 * or more moves one to the list above (docs/charts.md).
 */
const neverRun = [etherpad, galette, dolibarr, paheko, grr, mobilizon, foodsoft] as const;

/** Every application, in the order of the catalogue. */
export const catalogue = [...run, ...neverRun] as const;

type Listed = (typeof catalogue)[number];
export type ApplicationName = Listed["name"];
/** Of those that were run here. */
export type RunName = (typeof run)[number]["name"];

/** Their names, in the same order. */
export const applicationNames = catalogue.map(({ name }) => name);

/** Names of those that nobody has run here. */
export const neverRunNames: readonly ApplicationName[] = neverRun.map(({ name }) => name);

/** Whether nobody has run an application here. */
export function isNeverRun(name: ApplicationName): boolean {
  return neverRunNames.includes(name);
}

/** What stands wherever such an application is offered. */
const neverRunNote = "Never run by the authors of this toolkit: try it first (docs/charts.md).";

/** The `applications:` section of a tenant: what an association can ask for. */
export const applicationsSection = section(
  Object.fromEntries(
    catalogue.map(({ name, section, description }) => [
      name,
      section.optional().describe(isNeverRun(name) ? `${description} ${neverRunNote}` : description),
    ]),
    // What the line above makes, which Object.fromEntries does not tell.
  ) as { [Each in Listed as Each["name"]]: z.ZodOptional<Each["section"]> },
);

export type Applications = z.output<typeof applicationsSection>;

const byName = Object.fromEntries(catalogue.map((each) => [each.name, each])) as {
  [Each in Listed as Each["name"]]: Each;
};

/** The application of a name. */
export function applicationOf<Name extends ApplicationName>(name: Name): (typeof byName)[Name] {
  return byName[name];
}

/** Whether an application of this name is in the catalogue. */
export function isApplication(name: string): name is ApplicationName {
  return (applicationNames as readonly string[]).includes(name);
}

/** Whether something that an association has keeps rows on such a server. */
export function hasRowsOn(engine: Engine, applications: Applications): boolean {
  return catalogue.some(({ name, rows }) => rows === engine && applications[name] !== undefined);
}

/** Every image of an application, beside the front's, which all services have. */
export const applicationImages: readonly Image[] = catalogue.flatMap(({ images }) => images);

/** Images that only those need which nobody has run here: the local cluster has them from their registries, or not at all. */
export const neverRunImages: readonly Image[] = [...neverRun.flatMap(({ images }) => images), shared.postgis];

/** What an application runs: the references of its images, the front's among them. */
export function referencesOf(name: ApplicationName): string[] {
  return [...applicationOf(name).images, shared.nginx].map(({ reference }) => reference);
}

/** The applications of a tenant, in the order of the catalogue. */
export function planApplications(
  tenant: TenantFacts,
  declared: Applications,
  pages: Pages,
): ApplicationPlan[] {
  return catalogue.flatMap((application) => application.plannedIn(declared, tenant, pages));
}
