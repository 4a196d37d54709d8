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

/** Fields that are read from a commune's declaration. */
export interface TenantsSubject {
  id: string;
  /** The original commune, if this one is a copy for a drill. */
  drillOf?: string | undefined;
  /** The commune's own domain. */
  domain: string;
  tenants?: TenantsDeclaration | undefined;
  /** The relay; undefined if no mail is sent. */
  mail?: object | undefined;
  /** The service for mailing lists; undefined if there is none. */
  lists?: object | undefined;
  /** The service where associations can have an account; undefined if there is none. */
  mastodon?: { owner: { name: string }; retired?: object | undefined } | undefined;
  /** The service where associations can have a channel; undefined if there is none. */
  peertube?: { retired?: object | undefined } | undefined;
  /** The service that sells tickets; undefined if there is none. */
  tickets?: object | undefined;
  identity?: IdentitySubject["identity"];
  directory?: DirectoryDeclaration | undefined;
}

/** Sum of an association's pods and volumes. */
export interface Needs {
  storageGiB: number;
  memoryMiB: number;
  millicores: number;
  ephemeralMiB: number;
  pods: number;
}

/** An association with every size known. */
export interface TenantPlan extends TenantFacts {
  applications: readonly ApplicationPlan[];
  /** Most that its applications use. */
  needs: Needs;
  /** Its limits: its plan, or its needs if the plan no longer exists. */
  quota: Needs;
  /**
   * Limit of its databases on MariaDB together, MiB: from its plan, or all of its own server. Undefined if its plan no
   * longer exists.
   */
  rowsMiB: number | undefined;
  /** Its own MariaDB server; undefined if it has none. */
  dedicatedDatabase: MariadbPlan | undefined;
  /** Its PostgreSQL server; undefined if none of its applications needs one. */
  postgresql: DatabaseSpec | undefined;
  storageClass: string | undefined;
  /** Last day of hosting. */
  expires: string;
  /** Whether the commune's own pages may show it. */
  isListed: boolean;
  /** Day from which a notice replaces its applications; undefined if they run. */
  suspendedSince: string | undefined;
}

/** Pods that may exist besides those of applications: one that ends, and one of an administrator. */
const sparePods = 2;

/** Plans an association. Pure. */
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
    // A plan has no limit for the node's disk: it is what its applications use, plus half of it.
    ephemeralMiB: Math.ceil(needs.ephemeralMiB * 1.5),
    pods: needs.pods + sparePods,
  };
}

/** Plans the associations of a commune, split into running and retired. */
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
