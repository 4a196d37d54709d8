import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { associationDatabase, type PostgresqlPlans } from "../../platform/database/plan.ts";
import { dedicatedMariadb, type MariadbPlans, mariadbService } from "../../platform/mariadb/plan.ts";
import { applicationImages, hasRowsOn } from "../applications/list.ts";
import { type Tenant, tenantOf, tenantService, tenantsSection } from "./declaration.ts";
import { drilledTenants } from "./drilled.ts";
import { french } from "./french.ts";
import { runningImages } from "./images.ts";
import { postgresqlClients, tenantHolders } from "./manifests.ts";
import { planTenants, type TenantPlan, type TenantsSubject } from "./plan.ts";
import type { TenantsGiven } from "./register.ts";
import { pointSubjects } from "./restore-points.ts";
import { applicationLabels, associationLabels } from "./secret-labels.ts";

const kind = "tenant";

const fields = () => ({
  tenants: tenantsSection
    .optional()
    .describe(
      "Hosting of associations, each with a file in `tenants/` beside this one (docs/tenants.md). None when absent.",
    ),
});

export interface Plans extends MariadbPlans, PostgresqlPlans {
  tenants?: readonly TenantPlan[] | undefined;
}

/** Returns the plans of associations and of their own database servers. */
function plansOf(tenants: readonly TenantPlan[]): Plans {
  return {
    tenants,
    dedicatedMariadbs: tenants.flatMap(({ dedicatedDatabase }) => dedicatedDatabase ?? []),
    dedicatedPostgresqls: tenants.flatMap((tenant) =>
      tenant.postgresql
        ? [
            {
              field: ["associations", tenant.id, "postgresql"],
              server: tenant.postgresql,
              clients: postgresqlClients(tenant),
            },
          ]
        : [],
    ),
  };
}

/** Facts that associations are planned from. */
export interface Around {
  declaration: TenantsSubject & { associations: Readonly<Record<string, Tenant>> };
  site: { storageClass: string | undefined };
}

/** Associations. */
export const tenantPart: Part<Plans, Around, TenantsGiven, ReturnType<typeof fields>> = {
  kind,
  whenNodeIsLost: "Associations' applications wait for their node: none is treated otherwise yet.",
  plan({ declaration, site }) {
    const { running, retired } = planTenants(declaration, site);
    return { running: plansOf(running), retired: plansOf(retired) };
  },
  fields,
  french,
  toldElsewhere: ["", ".*", ".*.suspended", ".*.applications.*.storage"].map(
    (field) => `associations${field}`,
  ),
  // An association's own servers are retired with it.
  retirements: ({ associations }) =>
    Object.values(associations).flatMap(({ id, retired, applications, dedicatedDatabase }) =>
      [
        tenantService(id),
        ...(dedicatedDatabase ? [dedicatedMariadb(id)] : []),
        ...(hasRowsOn("postgresql", applications) ? [associationDatabase(id)] : []),
      ].map((name) => [name, retired] as const),
    ),
  boundToDomain: ["tenants"],
  drilled: drilledTenants,
  ofRepository: { tenants: "each association is declared in a file of its own" },
  touches: { tenants: ["associations"], associations: ["associations"] },
  sections: { tenants: { en: "associations", fr: "associations" } },
  thingNamed(name) {
    const owner = tenantOf(name);
    if (owner === undefined) return undefined;
    const title = { en: "the association %", fr: "l’association %" };
    return {
      ...{ kind, owner, title, retirement: ["associations", owner, "retired"], isOfAssociations: true },
      // Its file no longer exists then.
      goneFrom: "tenants",
    };
  },
  held: ({ tenants = [] }) => tenants.map(({ service }) => service),
  heldBefore: ({ tenants }) => Object.keys(tenants),
  copied: ({ tenants = [] }) => tenants.flatMap(pointSubjects),
  rowsAt: ({ tenants = [] }) =>
    Object.fromEntries(
      tenants.flatMap(({ service, postgresql }) => (postgresql ? [[service, postgresql.server]] : [])),
    ),
  // An association's own server goes with it.
  dropsRowsOf: (name, { mariadb }, { tenants = [] }) =>
    mariadb !== undefined &&
    tenants.some(
      ({ service, applications }) =>
        service === name && applications.some(({ database }) => database?.server === mariadbService),
    ),
  images: applicationImages,
  holders: ({ tenants = [] }) => tenants.map(tenantHolders),
  labelsIn: associationLabels,
  secrets: ({ tenants = [] }) => tenants.flatMap(applicationLabels),
  // Which association has it is not stated.
  offered: (plans) =>
    runningImages(plans).map((image) => ({ image, purpose: "Outil d’associations que la commune héberge" })),
  software: ({ tenants = [] }) => (tenants.length > 0 ? [{ name: "nginx", image: images.nginx }] : []),
  hosts: ({ tenants = [] }) =>
    tenants.flatMap(({ service, applications }) =>
      applications.map(({ host }) => ({ service, host, path: "" })),
    ),
  component: async () => (await import("./register.ts")).registerTenants,
};
