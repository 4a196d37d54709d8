import { findApplication } from "../applications/list.ts";
import type { TenantPlan } from "./plan.ts";

/** An association for the commune's own pages. */
interface ListedAssociation {
  name: string;
  /** Day until which it is hosted. */
  expires: string;
  /** Its pages that everybody may read: what each is, and its public name. */
  places: readonly { what: string; host: string }[];
}

/**
 * Returns the associations whose pages everybody may read, by name: none that is suspended, that is declared as not
 * listed, or whose pages are only for members.
 */
export function listedAssociations(tenants: readonly TenantPlan[]): ListedAssociation[] {
  return tenants
    .filter(({ isListed, suspendedSince }) => isListed && suspendedSince === undefined)
    .map(({ name, expires, applications }) => ({
      ...{ name, expires },
      places: applications.flatMap(({ name: application, access, host }) => {
        const what = findApplication(application)?.pages;
        return access === "public" && what !== undefined ? [{ what, host }] : [];
      }),
    }))
    .filter(({ places }) => places.length > 0)
    .sort((one, other) => one.name.localeCompare(other.name, "fr"));
}
