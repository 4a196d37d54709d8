import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommunePlan } from "./planned.ts";

/** Returns the associations of a plan, including retired ones. */
export function tenantsOf({ tenants = [], retired }: CommunePlan): readonly TenantPlan[] {
  return [...tenants, ...(retired.tenants ?? [])];
}

/** Returns the associations whose data was released: their rows on the shared server are removed. */
export function releasedTenants({ retired, retirements }: CommunePlan): readonly TenantPlan[] {
  return (retired.tenants ?? []).filter(({ service }) => retirements[service]?.data === "released");
}
