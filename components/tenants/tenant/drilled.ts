import { type Engine, releaseOf } from "../applications/application.ts";
import { applicationNames, applicationOf } from "../applications/list.ts";
import { type Tenant, type TenantsDeclaration, tenantService } from "./declaration.ts";

/** The associations in a declaration. */
interface DeclaredTenants {
  tenants?: TenantsDeclaration | undefined;
  associations: Readonly<Record<string, Tenant>>;
}

/**
 * Returns the associations with the applications that are drilled. Suspended ones run in a copy: a notice would prove
 * nothing.
 */
export function drilledTenants(
  { tenants, associations }: DeclaredTenants,
  drilled: readonly string[],
): DeclaredTenants {
  const kept = Object.values(associations).flatMap((tenant) => {
    const { suspended: _, retired, ...own } = tenant;
    const names = applicationNames().filter((name) =>
      drilled.includes(releaseOf({ service: tenantService(tenant.id) }, name)),
    );
    if (retired !== undefined || names.length === 0) return [];
    const applications = Object.fromEntries(names.map((name) => [name, own.applications[name]]));
    const hasRows = (engine: Engine) => names.some((name) => applicationOf(name).rows === engine);
    const servers = {
      dedicatedDatabase: hasRows("mariadb") ? own.dedicatedDatabase : undefined,
      // A copy starts with an empty server.
      postgresql:
        own.postgresql && hasRows("postgresql") ? { ...own.postgresql, upgradeFrom: undefined } : undefined,
    };
    return [{ onMariadb: hasRows("mariadb"), tenant: { ...own, applications, ...servers } }];
  });
  if (tenants === undefined || kept.length === 0) return { associations: {} };
  const { mariadb, requests: _, ...room } = tenants;
  const isShared = kept.some(({ onMariadb, tenant }) => onMariadb && !tenant.dedicatedDatabase);
  return {
    tenants: { ...room, ...(mariadb && isShared && { mariadb }) },
    associations: Object.fromEntries(kept.map(({ tenant }) => [tenant.id, tenant])),
  };
}
