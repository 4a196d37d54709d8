import type * as z from "zod";
import { section } from "../../foundation/declaration/section.ts";
import { type Image, images as shared } from "../../foundation/image/catalogue.ts";
import { type Access, accesses } from "./access.ts";
import type { ApplicationPlan, ArchiveGuide, TenantFacts } from "./application.ts";
import { dokuwikiGuide } from "./dokuwiki/archive-guide.ts";
import { dokuwikiSection } from "./dokuwiki/declaration.ts";
import { images as dokuwikiImages } from "./dokuwiki/images.ts";
import { planDokuwiki } from "./dokuwiki/plan.ts";
import { mediawikiGuide } from "./mediawiki/archive-guide.ts";
import { mediawikiSection } from "./mediawiki/declaration.ts";
import { images as mediawikiImages } from "./mediawiki/images.ts";
import { planMediawiki } from "./mediawiki/plan.ts";
import { radicaleGuide } from "./radicale/archive-guide.ts";
import { radicaleSection } from "./radicale/declaration.ts";
import { images as radicaleImages } from "./radicale/images.ts";
import { planRadicale } from "./radicale/plan.ts";
import { siteGuide } from "./site/archive-guide.ts";
import { siteSection } from "./site/declaration.ts";
import type { Pages } from "./site/pages.ts";
import { planSite } from "./site/plan.ts";
import { wordpressGuide } from "./wordpress/archive-guide.ts";
import { wordpressSection } from "./wordpress/declaration.ts";
import { images as wordpressImages } from "./wordpress/images.ts";
import { planWordpress } from "./wordpress/plan.ts";

/** The `applications:` section of a tenant: what an association can ask for. */
export const applicationsSection = section({
  site: siteSection.optional().describe("A site of files, at the tenant's domain itself."),
  wordpress: wordpressSection.optional().describe("A site that is written in the browser (WordPress)."),
  dokuwiki: dokuwikiSection.optional().describe("A wiki (DokuWiki)."),
  mediawiki: mediawikiSection.optional().describe("A wiki with the software of Wikipedia (MediaWiki)."),
  radicale: radicaleSection.optional().describe("An agenda and contacts (Radicale)."),
});

export type Applications = z.output<typeof applicationsSection>;
export type ApplicationName = keyof Applications;

/** Every application, in the order of the catalogue. */
export const applicationNames = Object.keys(applicationsSection.shape) as ApplicationName[];

/** Applications whose front can ask the commune's own login before it answers. */
export const gated: readonly ApplicationName[] = ["site"];

/** Applications that keep rows on the associations' MariaDB server. */
export const withDatabase: readonly ApplicationName[] = ["wordpress", "mediawiki"];

/** What each application can tell apart by itself, without a login that all share. */
export const tellsApart: Readonly<Record<ApplicationName, readonly Access[]>> = {
  site: ["public"],
  wordpress: accesses,
  dokuwiki: accesses,
  mediawiki: accesses,
  radicale: accesses,
};

/** The images of each application, beside the front's. */
const own: Readonly<Record<ApplicationName, readonly Image[]>> = {
  site: [],
  wordpress: Object.values(wordpressImages),
  dokuwiki: Object.values(dokuwikiImages),
  mediawiki: Object.values(mediawikiImages),
  radicale: Object.values(radicaleImages),
};

/** What the archive of an association says of each. */
export const archiveGuides: Readonly<Record<ApplicationName, ArchiveGuide>> = {
  site: siteGuide,
  wordpress: wordpressGuide,
  dokuwiki: dokuwikiGuide,
  mediawiki: mediawikiGuide,
  radicale: radicaleGuide,
};

/** Every image of an application, beside the front's, which all services have. */
export const applicationImages: readonly Image[] = Object.values(own).flat();

/** What an application runs: the references of its images, the front's among them. */
export function referencesOf(name: ApplicationName): string[] {
  return [...own[name], shared.nginx].map(({ reference }) => reference);
}

/** The applications of a tenant, in the order of the catalogue. */
export function planApplications(
  tenant: TenantFacts,
  { site, wordpress, dokuwiki, mediawiki, radicale }: Applications,
  pages: Pages,
): ApplicationPlan[] {
  return [
    ...(site ? [planSite(tenant, site, pages)] : []),
    ...(wordpress ? [planWordpress(tenant, wordpress)] : []),
    ...(dokuwiki ? [planDokuwiki(tenant, dokuwiki)] : []),
    ...(mediawiki ? [planMediawiki(tenant, mediawiki)] : []),
    ...(radicale ? [planRadicale(tenant, radicale)] : []),
  ];
}
