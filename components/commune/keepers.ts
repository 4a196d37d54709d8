import { type CopyingPlan, type KeeperPlan, spoolGiB } from "../recovery/keeper/plan.ts";
import { isBucket } from "../recovery/vault/plan.ts";
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

/** Returns the restore points in buckets, which a keeper looks up; undefined if there are none. */
function bucketPoints({
  points,
  keptVaults,
}: Pick<PlannedParts, "points" | "keptVaults">): KeeperPlan["points"] {
  const buckets = keptVaults.filter(isBucket).map(({ host }) => host);
  const [first] = points;
  if (buckets.length === 0 || first === undefined) return undefined;
  return {
    ...{ buckets, services: points.map(({ service }) => service) },
    alerts: buckets.length < keptVaults.length ? "elsewhere" : { everySeconds: first.everySeconds },
  };
}

/** Returns the keepers of a plan: one for each database server in use, if copies are kept; none for a copy in a drill. */
export function keepersOf(plan: PlannedParts): KeeperPlan[] {
  const { id: commune, copying, drillOf } = plan;
  // What a copy shipped would mix with the commune's own.
  if (copying === undefined || drillOf !== undefined) return [];
  const of = { ...copying, commune, spoolGiB, points: undefined };
  const ours = serversInUse(plan).map(
    ({ server: { server, major, storageGiB } }): KeeperPlan => ({
      ...{ ...of, server, major, storageGiB, method: "log", outsidePort: undefined },
      dumpedByPoints: dumpedByPoints(plan, server),
    }),
  );
  const [first, ...others] = [...outsideOf(plan, of), ...ours];
  return first === undefined ? [] : [{ ...first, points: bucketPoints(plan) }, ...others];
}

/** Returns the keeper of the server that somebody else runs; empty if there is none. */
function outsideOf(
  plan: PlannedParts,
  of: Pick<KeeperPlan, "commune" | "spoolGiB" | "points"> & CopyingPlan,
): KeeperPlan[] {
  const { database } = plan;
  if (database === undefined || !("outside" in database)) return [];
  const { outside, major, replicates } = database;
  return [
    {
      ...{ ...of, server: "database", major, storageGiB: undefined, outsidePort: outside.port },
      // The dumps are all that there is of a server that does not let its log be read: they are what is promised.
      ...(replicates
        ? { method: "log", dumpedByPoints: dumpedByPoints(plan, undefined) }
        : { method: "dumps", dumpedByPoints: [] }),
    },
  ];
}
