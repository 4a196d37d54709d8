import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommunePlan } from "./planned.ts";

/** The associations of a plan; those that were retired too. */
export function tenantsOf({ tenants = [], retired }: CommunePlan): readonly TenantPlan[] {
  return [...tenants, ...(retired.tenants ?? [])];
}

/** The associations whose data was let go of: what they have on the server that all share is removed from it. */
export function releasedTenants({ retired, retirements }: CommunePlan): readonly TenantPlan[] {
  return (retired.tenants ?? []).filter(({ service }) => retirements[service]?.data === "released");
}
