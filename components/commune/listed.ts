import type { ListedAssociation } from "../portal/associations.ts";
import type { TenantPlan } from "../tenants/tenant/plan.ts";

/** What the pages of an application are to who reads them, in French. An agenda without pages is none. */
export const placeWords: Readonly<Record<string, string>> = {
  site: "un site",
  wordpress: "un site",
  spip: "un site",
  dokuwiki: "un wiki",
  mediawiki: "un wiki",
  mobilizon: "un agenda",
};

/**
 * Associations whose pages everybody may read, by name: none that is suspended, that has asked not to be listed, or whose
 * pages are for members alone. Pure.
 */
export function listedAssociations(tenants: readonly TenantPlan[]): ListedAssociation[] {
  return tenants
    .filter(({ isListed, suspendedSince }) => isListed && suspendedSince === undefined)
    .map(({ name, expires, applications }) => ({
      ...{ name, expires },
      places: applications.flatMap(({ name: application, access, host }) => {
        const what = placeWords[application];
        return access === "public" && what !== undefined ? [{ what, host }] : [];
      }),
    }))
    .filter(({ places }) => places.length > 0)
    .sort((one, other) => one.name.localeCompare(other.name, "fr"));
}
