import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import type { DatabaseSpec } from "../../platform/database/manifests.ts";
import { planAssociationDatabase } from "../../platform/database/plan.ts";
import type { DirectoryDeclaration } from "../../platform/directory/declaration.ts";
import { hasOwnLogin, type IdentitySubject } from "../../platform/identity/plan.ts";
import { loginHost } from "../../platform/login/plan.ts";
import {
  dedicatedMariadb,
  type MariadbPlan,
  mariadbService,
  planDedicatedMariadb,
} from "../../platform/mariadb/plan.ts";
import type { ApplicationPlan, PodSize, TenantFacts } from "../applications/application.ts";
import { planApplications } from "../applications/list.ts";
import { hasAccounts } from "./account-pages.ts";
import {
  domainOf,
  type Tenant,
  type TenantPlanSize,
  type TenantsDeclaration,
  tenantService,
} from "./declaration.ts";

/** What is read of a commune's declaration. */
export interface TenantsSubject {
  id: string;
  /** Whose copy it is, in a drill. */
  drillOf?: string | undefined;
  /** The commune's own. */
  domain: string;
  tenants?: TenantsDeclaration | undefined;
  /** How mail goes out, where it does. */
  mail?: object | undefined;
  /** What carries mailing lists, where something does. */
  lists?: object | undefined;
  /** Where associations can have an account, where there is one. */
  mastodon?: { owner: { name: string }; retired?: object | undefined } | undefined;
  /** Where associations can have a channel, where there is one. */
  peertube?: { retired?: object | undefined } | undefined;
  /** What sells tickets, where something does. */
  tickets?: object | undefined;
  identity?: IdentitySubject["identity"];
  directory?: DirectoryDeclaration | undefined;
}

/** What the pods and volumes of a tenant come to. */
export interface Needs {
  storageGiB: number;
  memoryMiB: number;
  millicores: number;
  ephemeralMiB: number;
  pods: number;
}

/** A tenant with every size known. */
export interface TenantPlan extends TenantFacts {
  applications: readonly ApplicationPlan[];
  /** What its applications take at most. */
  needs: Needs;
  /** What it may take: its plan, or what it needs where it is of a plan that there is no more. */
  quota: Needs;
  /**
   * What its databases on MariaDB may take together, MiB: by its plan, or all of a server of its own. Nothing where it is of
   * a plan that there is no more.
   */
  rowsMiB: number | undefined;
  /** The MariaDB server that is its own, where it has one. */
  dedicatedDatabase: MariadbPlan | undefined;
  /** Its PostgreSQL server, where an application of it needs one. */
  postgresql: DatabaseSpec | undefined;
  storageClass: string | undefined;
  /** Day until which it is hosted. */
  expires: string;
  /** Whether the commune's own pages may show it. */
  isListed: boolean;
  /** Since when a notice stands in the place of its applications; nothing where they run. */
  suspendedSince: string | undefined;
}

/** Pods that may be there beside those of applications: one that ends, one of somebody who looks after it. */
const sparePods = 2;

/** Decides what a tenant is made of. Pure. */
export function planTenant(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
  site: { storageClass: string | undefined },
): TenantPlan {
  const { id: commune, drillOf, tenants } = subject;
  const facts: TenantFacts = {
    ...{ commune, drillOf, id: tenant.id },
    name: tenant.name,
    contact: tenant.contact,
    domain: domainOf(tenant, tenants),
    service: tenantService(tenant.id),
    databaseServer: tenant.dedicatedDatabase ? dedicatedMariadb(tenant.id) : mariadbService,
    loginHost: hasOwnLogin(subject) ? loginHost(subject) : undefined,
    hasAccounts: hasAccounts(subject),
  };
  const applications = planApplications(facts, tenant.applications, tenant.pages);
  const needs = needsOf(applications);
  const size = tenants.plans[tenant.plan];
  const rows = tenant.dedicatedDatabase?.storage ?? size?.rows;
  return {
    ...facts,
    applications,
    needs,
    quota: quotaOf(needs, size),
    rowsMiB: rows && mebibytes(rows),
    dedicatedDatabase:
      tenant.dedicatedDatabase && planDedicatedMariadb(facts, tenant.dedicatedDatabase, site),
    postgresql: postgresqlServerOf(facts, applications, tenant.postgresql, site),
    storageClass: site.storageClass,
    expires: tenant.expires,
    isListed: tenant.listed,
    suspendedSince: tenant.suspended?.since,
  };
}

function postgresqlServerOf(
  facts: TenantFacts,
  applications: readonly ApplicationPlan[],
  declared: Tenant["postgresql"],
  site: { storageClass: string | undefined },
): DatabaseSpec | undefined {
  const extensions = applications.flatMap(({ database }) =>
    database?.engine === "postgresql" ? [database.extensions] : [],
  );
  if (extensions.length === 0) return undefined;
  return planAssociationDatabase(facts, declared, extensions.flat().includes("postgis"), site);
}

function needsOf(applications: readonly ApplicationPlan[]): Needs {
  const sum = (of: (application: ApplicationPlan) => number) =>
    applications.reduce((total, application) => total + of(application), 0);
  const ofPods = (of: (size: PodSize) => number) =>
    sum(
      (application) => application.pods * of(application) + (application.timed ? of(application.timed) : 0),
    );
  return {
    storageGiB: sum(({ volumes }) => volumes.reduce((total, { sizeGiB }) => total + sizeGiB, 0)),
    memoryMiB: ofPods(({ memoryMiB }) => memoryMiB),
    millicores: ofPods(({ millicores }) => millicores),
    ephemeralMiB: ofPods(({ ephemeralMiB }) => ephemeralMiB),
    pods: sum(({ pods, timed }) => pods + (timed ? 1 : 0)),
  };
}

function quotaOf(needs: Needs, size: TenantPlanSize | undefined): Needs {
  if (size === undefined) return needs;
  return {
    storageGiB: gibibytes(size.storage),
    memoryMiB: mebibytes(size.memory),
    millicores: size.cpu.millicores,
    // A plan says nothing of the node's disk: what its applications take, and half of it to spare.
    ephemeralMiB: Math.ceil(needs.ephemeralMiB * 1.5),
    pods: needs.pods + sparePods,
  };
}

/** The tenants of a commune, by whether they run or were retired. */
export function planTenants(
  subject: TenantsSubject & { associations: Readonly<Record<string, Tenant>> },
  site: { storageClass: string | undefined },
): { running: TenantPlan[]; retired: TenantPlan[] } {
  const { tenants } = subject;
  if (tenants === undefined) return { running: [], retired: [] };
  const planned = Object.values(subject.associations).map((tenant) => ({
    isRetired: tenant.retired !== undefined,
    plan: planTenant({ ...subject, tenants }, tenant, site),
  }));
  const where = (is: boolean) => planned.flatMap(({ isRetired, plan }) => (isRetired === is ? [plan] : []));
  return { running: where(false), retired: where(true) };
}
