import { serverOfRows } from "../recovery/points/plan.ts";
import { dataHoldersOf } from "./holders.ts";
import { keepersOf } from "./keepers.ts";
import type { CommunePlan } from "./planned.ts";
import { allPoints } from "./points.ts";

/**
 * Returns everything that holds personal data on a volume that no vault copies, by the service's name: after a
 * disaster it begins empty. Without a vault, that is everything.
 */
export function uncopied(plan: CommunePlan): string[] {
  const copied = new Set([
    ...allPoints(plan).map(({ beside }) => beside.service),
    // All rows on them belong to those applications.
    ...plan.applicationPoints.flatMap(({ rows }) => (rows ? (serverOfRows(rows) ?? []) : [])),
    ...keepersOf(plan).map(({ server }) => server),
  ]);
  const left = dataHoldersOf(plan).filter(
    ({ data, retirement, kind, service }) =>
      data !== "none" && retirement === undefined && kind !== "rows" && !copied.has(service),
  );
  return [...new Set(left.map(({ service }) => service))].sort();
}
