import { type KeeperPlan, spoolGiB } from "../recovery/keeper/plan.ts";
import type { PlannedParts } from "./planned.ts";
import { serversInUse } from "./servers.ts";

/**
 * Returns the databases of a server that restore points dump.
 *
 * @param name of the server; undefined for the one that somebody else runs.
 */
function dumpedByPoints({ points }: Pick<PlannedParts, "points">, name: string | undefined): string[] {
  return points.flatMap(({ rows }) =>
    rows?.engine === "postgresql" && rows.server?.server === name ? [rows.database] : [],
  );
}

/** Returns the keepers of a plan: one for each database server in use, if copies are kept; none for a copy in a drill. */
export function keepersOf(plan: PlannedParts): KeeperPlan[] {
  const { id: commune, copying, database, drillOf } = plan;
  // What a copy shipped would mix with the commune's own.
  if (copying === undefined || drillOf !== undefined) return [];
  const of = { ...copying, commune, spoolGiB };
  const ours = serversInUse(plan).map(
    ({ server: { server, major, storageGiB } }): KeeperPlan => ({
      ...{ ...of, server, major, storageGiB, method: "log", outsidePort: undefined },
      dumpedByPoints: dumpedByPoints(plan, server),
    }),
  );
  if (database === undefined || !("outside" in database)) return ours;
  const { outside, major, replicates } = database;
  return [
    {
      ...{ ...of, server: "database", major, storageGiB: undefined, outsidePort: outside.port },
      // The dumps are all that there is of a server that does not let its log be read: they are what is promised.
      ...(replicates
        ? { method: "log", dumpedByPoints: dumpedByPoints(plan, undefined) }
        : { method: "dumps", dumpedByPoints: [] }),
    },
    ...ours,
  ];
}
