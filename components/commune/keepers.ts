import { type KeeperPlan, spoolGiB } from "../recovery/keeper/plan.ts";
import type { PlannedParts } from "./planned.ts";
import { serversInUse } from "./servers.ts";

/** Returns the keepers of a plan: one for each database server in use, if copies are kept; none for a copy in a drill. */
export function keepersOf(plan: PlannedParts): KeeperPlan[] {
  const { id: commune, copying, database, drillOf } = plan;
  // What a copy shipped would mix with the commune's own.
  if (copying === undefined || drillOf !== undefined) return [];
  const of = { ...copying, commune, spoolGiB };
  const ours = serversInUse(plan).map(
    ({ server: { server, major } }): KeeperPlan => ({
      ...{ ...of, server, major, method: "log", outsidePort: undefined },
    }),
  );
  if (database === undefined || !("outside" in database)) return ours;
  const { outside, major, replicates } = database;
  return [
    {
      ...{ ...of, server: "database", major, outsidePort: outside.port },
      method: replicates ? "log" : "dumps",
    },
    ...ours,
  ];
}
