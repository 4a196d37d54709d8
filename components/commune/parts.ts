import { federationPart } from "../federation/part.ts";
import type { FederationPlan } from "../federation/plan.ts";
import type { Part } from "../foundation/part/part.ts";
import { hotspotsPart } from "../places/hotspots/part.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { databasePart } from "../platform/database/part.ts";
import { directoryPart } from "../platform/directory/part.ts";
import { loginPart } from "../platform/login/part.ts";
import type { LoginPlan } from "../platform/login/plan.ts";
import { keeperPart } from "../recovery/keeper/part.ts";
import type { KeeperPlan } from "../recovery/keeper/plan.ts";
import { pointsPart } from "../recovery/points/part.ts";
import type { PointsPlan } from "../recovery/points/plan.ts";
import { vaultPart } from "../recovery/vault/part.ts";
import type { KeptVault } from "../recovery/vault/plan.ts";
import { schoolsPart } from "../schools/schools/part.ts";
import { accountsPart } from "../tenants/accounts/part.ts";
import { requestsPart } from "../tenants/requests/part.ts";
import { tenantPart } from "../tenants/tenant/part.ts";
import type { DeployedPlans } from "./planned.ts";

/** What parts read of a plan: of what runs, or of what was retired. */
export interface PartPlans extends DeployedPlans {
  /** Every PostgreSQL server of ours, those that are kept for what was retired too. */
  databaseServers?: readonly DatabaseSpec[];
  keepers?: readonly KeeperPlan[];
  /** The restore points of everything. */
  allPoints?: readonly PointsPlan[];
  keptVaults?: readonly KeptVault[] | undefined;
  login?: LoginPlan | undefined;
  federation?: FederationPlan;
}

/** Whatever a commune can have beside its services, one a line. */
export const parts: readonly Part<PartPlans>[] = [
  databasePart,
  federationPart,
  hotspotsPart,
  schoolsPart,
  vaultPart,
  pointsPart,
  tenantPart,
  requestsPart,
  directoryPart,
  accountsPart,
  loginPart,
  keeperPart,
];
