import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { superuserPassword } from "../../platform/database/secrets.ts";
import { mariadbServersOf, planMariadb } from "../../platform/mariadb/plan.ts";
import { rootPassword } from "../../platform/mariadb/secrets.ts";
import { secretsOfApplication } from "../applications/application.ts";
import type { Tenant } from "./declaration.ts";
import { planTenants, type TenantPlan, type TenantsSubject } from "./plan.ts";

/** Returns the secrets of an association's applications. */
export function applicationLabels({ applications }: TenantPlan): SecretLabel[] {
  return applications.flatMap((application) => secretsOfApplication(application).map(({ label }) => label));
}

/** Returns every secret that follows from associations' files, including those of retired ones and of their servers. */
export function associationLabels(
  declaration: TenantsSubject & { associations: Readonly<Record<string, Tenant>> },
): SecretLabel[] {
  const site = { storageClass: undefined };
  const planned = planTenants(declaration, site);
  const shared = planMariadb(declaration.id, declaration.tenants?.mariadb, site);
  return (["running", "retired"] as const).flatMap((how) => {
    const tenants = planned[how];
    const dedicatedMariadbs = tenants.flatMap(({ dedicatedDatabase }) => dedicatedDatabase ?? []);
    const mariadbs = mariadbServersOf({ mariadb: shared[how], dedicatedMariadbs });
    return [
      ...tenants.flatMap(applicationLabels),
      ...tenants.flatMap(({ postgresql }) => (postgresql ? [superuserPassword(postgresql.server)] : [])),
      ...mariadbs.map(({ server }) => rootPassword(server)),
    ];
  });
}
