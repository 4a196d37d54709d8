import { nodeProblems } from "../foundation/availability/availability.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import type { CommunePlan } from "./planned.ts";
import { databaseServersOf } from "./servers.ts";

/** Returns the database servers of a plan of which there are several, each with the field that declares it. */
export function spreadServersOf(plan: CommunePlan) {
  return databaseServersOf(plan).filter(({ server }) => server.availability === "node-loss");
}

/** Finds what a plan asks of more nodes than its site has. */
export function nodeProblemsOf(plan: CommunePlan, nodes: number): FieldProblem[] {
  const servers = spreadServersOf(plan).map(({ field }) => ({
    field,
    service: field.length > 1 ? field[0] : undefined,
  }));
  return nodeProblems(plan.availability, servers, nodes);
}
