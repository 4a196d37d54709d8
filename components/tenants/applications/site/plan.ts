import { images } from "../../../foundation/image/catalogue.ts";
import { groupsOf } from "../../../platform/directory/plan.ts";
import { checkAddress } from "../../../platform/login/manifests.ts";
import { type ApplicationPlan, front, releaseOf, type TenantFacts } from "../application.ts";
import type { SiteSection } from "./declaration.ts";
import type { Pages } from "./pages.ts";

/** A site of files: nginx and nothing else. It holds nothing that is not in the declaration. */
export function planSite(tenant: TenantFacts, { access }: SiteSection, pages: Pages): ApplicationPlan {
  const { memoryMiB, millicores, ephemeralMiB } = front;
  const { members, admins } = groupsOf(tenant.id);
  const gate =
    access === "public"
      ? undefined
      : {
          ...{ groups: [access === "members" ? members : admins], admins: undefined, keepsAccounts: false },
          ...{ tile: "Pages réservées", path: "/" },
        };
  return {
    name: "site",
    release: releaseOf(tenant, "site"),
    host: tenant.domain,
    access,
    data: "none",
    // Another version of the pages is there before the old one ends.
    pods: 2,
    ...{ memoryMiB, millicores, ephemeralMiB },
    volumes: [],
    timed: undefined,
    account: undefined,
    members: undefined,
    database: undefined,
    gate,
    secrets: [],
    // Its pages are in the declaration.
    exit: { files: undefined, own: undefined },
    restorePoint: undefined,
    values: {
      ...{ host: tenant.domain, image: images.nginx.reference, pages: pages.files },
      ...(gate && { login: { check: checkAddress(tenant) } }),
    },
  };
}
