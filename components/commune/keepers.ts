import { type KeeperPlan, spoolGiB } from "../recovery/keeper/plan.ts";
import type { PlannedParts } from "./planned.ts";
import { serversInUse } from "./servers.ts";

/** The keepers of a plan: one for each database server in use, where copies are kept; none of a copy in a drill. */
export function keepersOf(plan: PlannedParts): KeeperPlan[] {
  const { copying, database, federation, drillOf } = plan;
  // What is shipped of a copy would stand among the commune's own.
  if (copying === undefined || drillOf !== undefined) return [];
  const of = { ...copying, commune: federation.settings.id, spoolGiB };
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
