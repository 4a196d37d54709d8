import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { connectionProblem, connectionsOf } from "../platform/database/connections.ts";
import { sharedServerName } from "../platform/database/plan.ts";
import { plannedServices } from "../services/index.ts";
import type { Declared } from "./declared.ts";
import type { CommunePlan } from "./planned.ts";
import { serversInUse } from "./servers.ts";

/**
 * Finds our servers whose services ask for more connections than they allow. What a server outside allows, its operator
 * knows.
 */
export function connectionProblemsOf(plan: CommunePlan): FieldProblem[] {
  return serversInUse(plan).flatMap(({ field, server }) => {
    const services = plannedServices(plan)
      .filter(({ dedicatedDatabase: own }) => (own?.server ?? sharedServerName) === server.server)
      .sort((one, other) => connectionsOf(other.connections) - connectionsOf(one.connections));
    const isDeclared = isWritten(plan.declared, [...field, "memory"]);
    const message = connectionProblem(services, { memoryMiB: server.memoryMiB, isDeclared });
    if (message === undefined) return [];
    // Memory that nobody wrote has no place: the service that asks for most has one.
    const [most] = services;
    return [{ field: isDeclared || most === undefined ? [...field, "memory"] : [most.service], message }];
  });
}

function isWritten(declared: Declared, path: readonly string[]): boolean {
  let found: string | Declared | undefined = declared;
  for (const step of path) found = typeof found === "object" ? found[step] : undefined;
  return found !== undefined;
}
