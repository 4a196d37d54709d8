import { plannedServices } from "../services/index.ts";
import type { CommunePlan, DeployedPlans, PlannedServer } from "./planned.ts";

/** What of a plan says which database servers there are. */
type Servers = DeployedPlans & Pick<CommunePlan, "database" | "copying" | "retired" | "formerServers">;

/** The database servers of a plan that are ours, and the field that declares each. */
export function databaseServersOf(plan: Servers): PlannedServer[] {
  const { retired, formerServers } = plan;
  return [
    ...serversInUse(plan).map((planned) =>
      plan.copying ? { ...planned, server: { ...planned.server, isCopied: true } } : planned,
    ),
    ...ownServersOf(retired),
    ...formerServers,
    ...associationServersOf(plan),
    ...associationServersOf(retired),
  ];
}

/** Those of what runs: they are copied where a vault is declared. */
export function serversInUse(plan: Omit<Servers, "retired" | "formerServers">): PlannedServer[] {
  const { database } = plan;
  return [
    ...(database && "ours" in database ? [{ field: ["database"], server: database.ours }] : []),
    ...ownServersOf(plan),
  ];
}

/** Those of associations, whose rows are in the restore points of their applications: no keeper copies them. */
function associationServersOf({ tenants = [] }: DeployedPlans): PlannedServer[] {
  return tenants.flatMap(({ id, postgresql }) =>
    postgresql ? [{ field: ["associations", id, "postgresql"], server: postgresql }] : [],
  );
}

function ownServersOf(plans: DeployedPlans): PlannedServer[] {
  return plannedServices(plans).flatMap(({ service, dedicatedDatabase }) =>
    dedicatedDatabase ? [{ field: [service, "dedicatedDatabase"], server: dedicatedDatabase }] : [],
  );
}
