import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommunePlan } from "./plan.ts";

/** The associations of a plan; those that were retired too. */
export function tenantsOf({ tenants = [], retired }: CommunePlan): readonly TenantPlan[] {
  return [...tenants, ...(retired.tenants ?? [])];
}
