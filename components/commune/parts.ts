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

/** Everything that a commune can declare, one a line, in the order of their needs; services have their own list. */
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

/** Plans that parts read, of what runs or of what is retired. */
export type PartPlans = ReadPlans<(typeof list)[number]> extends (plans: infer Plans) => void ? Plans : never;

/** Facts that parts are planned from. */
export type PartAround =
  ReadAround<(typeof list)[number]> extends (around: infer Around) => void ? Around : never;

/** Inputs of the components of parts, including what other parts have made. */
export type PartGiven = ReadGiven<(typeof list)[number]> extends (given: infer Given) => void ? Given : never;

/** Schemas of the parts' sections, by name. */
export type PartFields =
  ReadFields<(typeof list)[number]> extends (fields: infer Fields) => void ? Fields : never;

/** The parts; each reads the plans that it knows. */
export const parts: readonly Part<PartPlans, PartAround, PartGiven>[] = list;

/** Schemas of the parts' sections, in the same order. */
export const partFields = Object.fromEntries(
  parts.flatMap((part) => Object.entries(part.fields?.(linkWords) ?? {})),
  // The type of the line above, which Object.fromEntries loses.
) as PartFields;

/** The parts in the order in which they are planned. */
export const partsToPlan = inOrderOfNeeds(parts);

/** Returns the part that gives a name; undefined if no part knows it. */
export function partOf(name: string): (typeof parts)[number] | undefined {
  return parts.find((part) => part.thingNamed?.(name) !== undefined);
}

/** Returns the thing that a name stands for: a namespace, a server, a volume; undefined if no part knows the name. */
export function thingNamed(name: string): NamedThing | undefined {
  return partOf(name)?.thingNamed?.(name);
}
