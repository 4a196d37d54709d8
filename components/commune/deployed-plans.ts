import type { HotspotsPlan } from "../places/hotspots/plan.ts";
import type { DirectoryPlan } from "../platform/directory/plan.ts";
import type { MariadbPlan } from "../platform/mariadb/plan.ts";
import type { VaultPlan } from "../recovery/vault/plan.ts";
import type { SchoolsPlan } from "../schools/schools/plan.ts";
import type { ServicePlans } from "../services/index.ts";
import type { AccountsPlan } from "../tenants/accounts/plan.ts";
import type { RequestsPlan } from "../tenants/requests/plan.ts";
import type { TenantPlan } from "../tenants/tenant/plan.ts";

/** What runs in the cluster and holds data, each with every size known. */
export interface DeployedPlans extends ServicePlans {
  hotspots?: HotspotsPlan | undefined;
  schools?: SchoolsPlan | undefined;
  /** The vaults that it keeps for others. */
  vaults?: readonly VaultPlan[] | undefined;
  /** The associations that it hosts. */
  tenants?: readonly TenantPlan[] | undefined;
  /** The server that their applications share. */
  mariadb?: MariadbPlan | undefined;
  /** The form by which associations ask for a place. */
  requests?: RequestsPlan | undefined;
  /** The pages on which people see their account, and associations look after their members. */
  accounts?: AccountsPlan | undefined;
  /** People and their groups. */
  directory?: DirectoryPlan | undefined;
}
