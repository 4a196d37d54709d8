import { keepersOf } from "./keepers.ts";
import type { PartPlans } from "./parts.ts";
import { type CommunePlan, databaseServersOf } from "./plan.ts";
import { allPoints } from "./points.ts";

/** What parts read of what a commune runs, with the servers that are kept for what was retired. */
export function runningPlans(plan: CommunePlan): PartPlans {
  return {
    ...plan,
    databaseServers: databaseServersOf(plan).map(({ server }) => server),
    keepers: keepersOf(plan),
    allPoints: allPoints(plan),
  };
}
