import { federationPart } from "../federation/part.ts";
import type { NamedThing } from "../foundation/part/names.ts";
import { inOrderOfNeeds } from "../foundation/part/order.ts";
import type { Part } from "../foundation/part/part.ts";
import { hotspotsPart } from "../places/hotspots/part.ts";
import { mapPart } from "../places/map/part.ts";
import { spacesPart } from "../places/spaces/part.ts";
import { databasePart } from "../platform/database/part.ts";
import { directoryPart } from "../platform/directory/part.ts";
import { identityPart } from "../platform/identity/part.ts";
import { mariadbPart } from "../platform/mariadb/part.ts";
import { monitoringPart } from "../platform/monitoring/part.ts";
import { portalPart } from "../portal/part.ts";
import { keeperPart } from "../recovery/keeper/part.ts";
import { pointsPart } from "../recovery/points/part.ts";
import { vaultPart } from "../recovery/vault/part.ts";
import { schoolsPart } from "../schools/schools/part.ts";
import { linkWords, serviceParts } from "../services/index.ts";
import { accountsPart } from "../tenants/accounts/part.ts";
import { requestsPart } from "../tenants/requests/part.ts";
import { tenantPart } from "../tenants/tenant/part.ts";

/** Whatever a commune can have, one a line, in the order of their needs; services have a list of their own. */
const list = [
  databasePart,
  ...serviceParts,
  hotspotsPart,
  mapPart,
  schoolsPart,
  spacesPart,
  federationPart,
  vaultPart,
  mariadbPart,
  directoryPart,
  identityPart,
  accountsPart,
  tenantPart,
  requestsPart,
  pointsPart,
  keeperPart,
  portalPart,
  monitoringPart,
] as const;

type ReadPlans<Listed> =
  Listed extends Part<infer Plans, infer _, infer __, infer ___> ? (plans: Plans) => void : never;
type ReadAround<Listed> =
  Listed extends Part<infer _, infer Around, infer __, infer ___> ? (around: Around) => void : never;
type ReadGiven<Listed> =
  Listed extends Part<infer _, infer __, infer Given, infer ___> ? (given: Given) => void : never;

type ReadFields<Listed> =
  Listed extends Part<infer _, infer __, infer ___, infer Fields> ? (fields: Fields) => void : never;

/** Whatever any part reads of a plan, of what runs or of what was retired. */
export type PartPlans = ReadPlans<(typeof list)[number]> extends (plans: infer Plans) => void ? Plans : never;

/** Whatever any part is planned from. */
export type PartAround =
  ReadAround<(typeof list)[number]> extends (around: infer Around) => void ? Around : never;

/** Whatever the component of any part is given, what parts have made among it. */
export type PartGiven = ReadGiven<(typeof list)[number]> extends (given: infer Given) => void ? Given : never;

/** The schema of each section that a part has, by name. */
export type PartFields =
  ReadFields<(typeof list)[number]> extends (fields: infer Fields) => void ? Fields : never;

/** Each reads what it knows of a plan. */
export const parts: readonly Part<PartPlans, PartAround, PartGiven>[] = list;

/** The schemas of their sections, in the same order. */
export const partFields = Object.fromEntries(
  parts.flatMap((part) => Object.entries(part.fields?.(linkWords) ?? {})),
  // What the line above makes, which Object.fromEntries does not tell.
) as PartFields;

/** The same in the order in which they are planned. */
export const partsToPlan = inOrderOfNeeds(parts);

/** What a name stands for: a namespace, a server, a volume; undefined for a name that no part gives. */
export function thingNamed(name: string): NamedThing | undefined {
  for (const part of parts) {
    const thing = part.thingNamed?.(name);
    if (thing !== undefined) return thing;
  }
  return undefined;
}
