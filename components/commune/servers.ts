import { plannedServices } from "../services/index.ts";
import type { CommunePlan, DeployedPlans, PlannedServer } from "./planned.ts";

/** The part of a plan that decides which database servers exist. */
type Servers = DeployedPlans & Pick<CommunePlan, "database" | "copying" | "retired" | "formerServers">;

/** Returns our database servers in a plan, and the field that declares each. */
export function databaseServersOf(plan: Servers): PlannedServer[] {
  const { retired, formerServers } = plan;
  return [
    ...serversInUse(plan).map((planned) =>
      plan.copying ? { ...planned, server: { ...planned.server, isCopied: true } } : planned,
    ),
    ...ownServersOf(retired),
    ...formerServers,
    // Their rows are in the restore points of the applications: no keeper copies them.
    ...(plan.dedicatedPostgresqls ?? []),
    ...(retired.dedicatedPostgresqls ?? []),
  ];
}

/** Returns our servers of running services: they are copied if a vault is declared. */
export function serversInUse(plan: Omit<Servers, "retired" | "formerServers">): PlannedServer[] {
  const { database } = plan;
  return [
    ...(database && "ours" in database ? [{ field: ["database"], server: database.ours }] : []),
    ...ownServersOf(plan),
  ];
}

function ownServersOf(plans: DeployedPlans): PlannedServer[] {
  return plannedServices(plans).flatMap(({ service, dedicatedDatabase }) =>
    dedicatedDatabase ? [{ field: [service, "dedicatedDatabase"], server: dedicatedDatabase }] : [],
  );
}
