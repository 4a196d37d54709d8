import { serverOfRows } from "../recovery/points/plan.ts";
import { dataHoldersOf } from "./holders.ts";
import { keepersOf } from "./keepers.ts";
import { thingNamed } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";

/**
 * Returns everything that holds personal data on a volume that no vault copies, by the service's name: after a disaster it
 * begins empty. Without a vault, that is everything.
 */
export function uncopied(plan: CommunePlan): string[] {
  const copied = new Set([
    ...plan.points.map(({ beside }) => beside.service),
    ...plan.points.flatMap(({ rows }) => (rows ? (serverOfRows(rows) ?? []) : [])).filter(isOfAssociations),
    ...keepersOf(plan).map(({ server }) => server),
  ]);
  const left = dataHoldersOf(plan).filter(
    ({ data, retirement, kind, service }) =>
      data !== "none" && retirement === undefined && kind === "volume" && !copied.has(service),
  );
  return [...new Set(left.map(({ service }) => service))].sort();
}

/** Returns the services with files in a bucket, of which no vault has a copy: another site goes on with the same bucket. */
export function inBuckets(plan: CommunePlan): string[] {
  return dataHoldersOf(plan).flatMap(({ kind, service, retirement }) =>
    kind === "bucket" && retirement === undefined ? [service] : [],
  );
}

/** Whether a server is there for associations: all rows on it are in the points of their applications. */
function isOfAssociations(server: string): boolean {
  return thingNamed(server)?.isOfAssociations === true;
}
