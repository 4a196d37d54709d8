import { federationPart } from "../federation/part.ts";
import type { Part } from "../foundation/part/part.ts";
import { hotspotsPart } from "../places/hotspots/part.ts";
import { databasePart } from "../platform/database/part.ts";
import { directoryPart } from "../platform/directory/part.ts";
import { loginPart } from "../platform/login/part.ts";
import { keeperPart } from "../recovery/keeper/part.ts";
import { pointsPart } from "../recovery/points/part.ts";
import { vaultPart } from "../recovery/vault/part.ts";
import { schoolsPart } from "../schools/schools/part.ts";
import { accountsPart } from "../tenants/accounts/part.ts";
import { requestsPart } from "../tenants/requests/part.ts";
import { tenantPart } from "../tenants/tenant/part.ts";

/** Whatever a commune can have beside its services, one a line. */
const list = [
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

type Read<Listed> = Listed extends Part<infer Plans> ? (plans: Plans) => void : never;

/** Whatever any part reads of a plan, of what runs or of what was retired. */
export type PartPlans = Read<(typeof list)[number]> extends (plans: infer Plans) => void ? Plans : never;

/** Each reads what it knows of a plan. */
export const parts: readonly Part<PartPlans>[] = list;
