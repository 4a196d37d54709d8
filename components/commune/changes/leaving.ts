import type { Path } from "../../foundation/declaration/position.ts";
import { sharedServerName } from "../../platform/database/plan.ts";
import { parts, thingNamed } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import { type Published, type PublishedService, rowsOn } from "../published.ts";
import { runningPlans } from "../running-plans.ts";
import { databaseServersOf } from "../servers.ts";

/** Names of what held data when a stack published it: services, database servers of ours, vaults, associations. */
export function heldBefore(published: Published): string[] {
  return parts.flatMap((part) => part.heldBefore?.(published) ?? []);
}

/** The same of a plan, of what was retired too. */
export function heldBy(plan: CommunePlan): string[] {
  return parts.flatMap((part) =>
    [runningPlans(plan), plan.retired].flatMap((plans) => part.held?.(plans) ?? []),
  );
}

/** Where the retirement of what holds data is declared. */
export function fieldOf(name: string): Path {
  return thingNamed(name)?.retirement ?? [name, "retired"];
}

/** The line that retires it, as it stands in the declaration. */
export function lineOf(name: string, since: string, data: "" | ", data: released" = ""): string {
  const retirement = `{ since: ${since}${data} }`;
  const [section, ...rest] = fieldOf(name).map(String);
  // An association has a file of its own.
  if (section === "associations") return `retired: ${retirement} in tenants/${rest[0]}.yaml`;
  return `${section}: ${rest.reduceRight((inner, field) => `{ ${field}: ${inner} }`, retirement)}`;
}

/** Whether the update before has taken the protection away: of media on a volume with the service that they are of. */
export function mayGo(name: string, { retired }: Published): boolean {
  return [name, thingNamed(name)?.goesWith].some((each) => each && retired[each]?.data === "released");
}

/** Whether a server is retired because the services on it are: it is not asked itself. */
export function isFollowing(name: string, plan: CommunePlan): boolean {
  const isServer = databaseServersOf(plan).some(({ server }) => server.server === name);
  return isServer && !plan.formerServers.some(({ server }) => server.server === name);
}

/** The services that a server or a volume is there for. */
export function ownersOf(name: string, { services }: Published): string[] {
  const owner = thingNamed(name)?.of;
  if (owner !== undefined) return [owner];
  return name === sharedServerName ? rowsOn({ services }) : [];
}

/** Whether a service has its rows on the commune's own shared server. */
export function isOnShared({ service, ...facts }: { service: string } & PublishedService): boolean {
  return rowsOn({ services: { [service]: facts } }).length > 0;
}
