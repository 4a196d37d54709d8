import type { Path } from "../../foundation/declaration/position.ts";
import { sharedServerName } from "../../platform/database/plan.ts";
import { parts, thingNamed } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import { type Published, type PublishedService, rowsOn } from "../published.ts";
import { runningPlans } from "../running-plans.ts";
import { databaseServersOf } from "../servers.ts";

/**
 * Returns the names of everything that held data when a stack published it: services, our database servers, vaults,
 * associations.
 */
export function heldBefore(published: Published): string[] {
  return parts.flatMap((part) => part.heldBefore?.(published) ?? []);
}

/** Returns the names of everything in a plan that holds data, including retired things. */
export function heldBy(plan: CommunePlan): string[] {
  return parts.flatMap((part) =>
    [runningPlans(plan), plan.retired].flatMap((plans) => part.held?.(plans) ?? []),
  );
}

/** Returns the field that declares the retirement of something that holds data. */
export function fieldOf(name: string): Path {
  return thingNamed(name)?.retirement ?? [name, "retired"];
}

/** Returns the line that retires it, as written in the declaration. */
export function lineOf(name: string, since: string, data: "" | ", data: released" = ""): string {
  const retirement = `{ since: ${since}${data} }`;
  const [section, ...rest] = fieldOf(name).map(String);
  // An association has its own file.
  if (section === "associations") return `retired: ${retirement} in tenants/${rest[0]}.yaml`;
  return `${section}: ${rest.reduceRight((inner, field) => `{ ${field}: ${inner} }`, retirement)}`;
}

/** Whether the last update removed the protection of a thing, or of the service that media on a volume belong to. */
export function mayGo(name: string, { retired }: Published): boolean {
  return [name, thingNamed(name)?.goesWith].some((each) => each && retired[each]?.data === "released");
}

/** Whether a server is retired only because the services on it are: it is not declared itself. */
export function isFollowing(name: string, plan: CommunePlan): boolean {
  const isServer = databaseServersOf(plan).some(({ server }) => server.server === name);
  return isServer && !plan.formerServers.some(({ server }) => server.server === name);
}

/** Returns the services for which a server or a volume exists. */
export function ownersOf(name: string, { services }: Published): string[] {
  const owner = thingNamed(name)?.of;
  if (owner !== undefined) return [owner];
  return name === sharedServerName ? rowsOn({ services }) : [];
}

/** Whether a service has its rows on the commune's own shared server. */
export function isOnShared({ service, ...facts }: { service: string } & PublishedService): boolean {
  return rowsOn({ services: { [service]: facts } }).length > 0;
}
