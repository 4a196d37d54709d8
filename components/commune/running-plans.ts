import { keepersOf } from "./keepers.ts";
import type { PartPlans } from "./parts.ts";
import type { PlannedParts } from "./planned.ts";
import { databaseServersOf } from "./servers.ts";

/** Returns the plans of what a commune runs, with the servers that are kept for retired services. */
export function runningPlans(plan: PlannedParts): PartPlans {
  return {
    ...plan,
    databaseServers: databaseServersOf(plan).map(({ server }) => server),
    keepers: keepersOf(plan),
  };
}
