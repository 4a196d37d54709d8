import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { MariadbPlans } from "../../platform/mariadb/plan.ts";
import { secretsOfApplication } from "../applications/application.ts";
import { applicationImages } from "../applications/list.ts";
import { type Tenant, tenantOf } from "./declaration.ts";
import { tenantHolders } from "./manifests.ts";
import { planTenants, type TenantPlan, type TenantsSubject } from "./plan.ts";
import type { TenantsGiven } from "./register.ts";

const kind = "tenant";

interface Plans extends Pick<MariadbPlans, "dedicatedMariadbs"> {
  tenants?: readonly TenantPlan[] | undefined;
}

/** Associations, with the MariaDB servers that they have of their own. */
function plansOf(tenants: readonly TenantPlan[]): Plans {
  return { tenants, dedicatedMariadbs: tenants.flatMap(({ dedicatedDatabase }) => dedicatedDatabase ?? []) };
}

/** What they are planned from. */
interface Around {
  declaration: TenantsSubject & { associations: Readonly<Record<string, Tenant>> };
  site: { storageClass: string | undefined };
}

/** Associations. */
export const tenantPart: Part<Plans, Around, TenantsGiven> = {
  kind,
  plan({ declaration, site }) {
    const { running, retired } = planTenants(declaration, site);
    return { running: plansOf(running), retired: plansOf(retired) };
  },
  sections: { tenants: { en: "associations", fr: "associations" } },
  thingNamed(name) {
    const owner = tenantOf(name);
    if (owner === undefined) return undefined;
    const title = { en: "the association %", fr: "l’association %" };
    return { kind, owner, title, retirement: ["associations", owner, "retired"], isOfAssociations: true };
  },
  held: ({ tenants = [] }) => tenants.map(({ service }) => service),
  heldBefore: ({ tenants }) => Object.keys(tenants),
  images: applicationImages,
  holders: ({ tenants = [] }) => tenants.map(tenantHolders),
  secrets: ({ tenants = [] }) =>
    tenants.flatMap(({ applications }) =>
      applications.flatMap((application) => secretsOfApplication(application).map(({ label }) => label)),
    ),
  software: ({ tenants = [] }) => (tenants.length > 0 ? [{ name: "nginx", image: images.nginx }] : []),
  hosts: ({ tenants = [] }) =>
    tenants.flatMap(({ service, applications }) =>
      applications.map(({ host }) => ({ service, host, path: "" })),
    ),
  component: async () => (await import("./register.ts")).registerTenants,
};
