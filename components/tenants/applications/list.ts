import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { type Image, images as shared } from "../../foundation/image/catalogue.ts";
import type { ApplicationPlan, TenantFacts } from "./application.ts";
import { dokuwiki } from "./dokuwiki/index.ts";
import { mediawiki } from "./mediawiki/index.ts";
import { radicale } from "./radicale/index.ts";
import { site } from "./site/index.ts";
import type { Pages } from "./site/pages.ts";
import { wordpress } from "./wordpress/index.ts";

/** Every application, in the order of the catalogue. */
export const catalogue = [site, wordpress, dokuwiki, mediawiki, radicale] as const;

type Listed = (typeof catalogue)[number];
export type ApplicationName = Listed["name"];

/** Their names, in the same order. */
export const applicationNames = catalogue.map(({ name }) => name);

/** The `applications:` section of a tenant: what an association can ask for. */
export const applicationsSection = section(
  Object.fromEntries(
    catalogue.map(({ name, section, description }) => [name, section.optional().describe(description)]),
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

/** Every image of an application, beside the front's, which all services have. */
export const applicationImages: readonly Image[] = catalogue.flatMap(({ images }) => images);

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
