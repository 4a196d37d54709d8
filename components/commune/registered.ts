import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { guestsTogether } from "../foundation/namespace/manifests.ts";
import type { FirstAccount, PartComponent } from "../foundation/part/registered.ts";
import { boundedPointGuests, pointGuests } from "../recovery/points/plan.ts";
import type { CommuneArgs } from "./args.ts";
import type { DatabaseServers } from "./database-servers.ts";
import { type PartGiven, parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import type { Shared } from "./shared.ts";

/** Components are loaded here and not by the list: commands that only read files do not load Pulumi. */
const registrars = (await Promise.all(parts.map((part) => part.component?.()))).flatMap(
  (register) => register ?? [],
);

/** Results of parts: other parts use them, and the stack outputs them. */
export type Made = PartGiven["made"];

/** Everything that the parts of a commune have registered. */
export interface RegisteredParts {
  /** Components, by the suffix of their namespaces. */
  components: Readonly<Record<string, PartComponent>>;
  /** Public addresses, by section of the declaration. */
  addresses: Readonly<Record<string, string>>;
  /** First accounts, by service. */
  accounts: Readonly<Record<string, FirstAccount>>;
  made: Made;
}

/** Registers every part of a plan that has a component, in the order of the list. */
export function registerParts(
  name: string,
  args: CommuneArgs,
  { shared, databases }: { shared: Shared; databases: DatabaseServers },
  options: ComponentResourceOptions,
): RegisteredParts {
  const components: Record<string, PartComponent> = {};
  const addresses: Record<string, string> = {};
  const accounts: Record<string, FirstAccount> = {};
  const made: Made = { databases, associationDatabases: databases.ofAssociations };
  const guestsOf = (service: string) => copiesIn(args.plan, service);
  for (const register of registrars) {
    const registered = register({ ...args, name, shared, guestsOf, made }, options);
    Object.assign(components, registered.components);
    Object.assign(addresses, registered.addresses);
    Object.assign(accounts, registered.accounts);
    Object.assign(made, registered.made);
  }
  return { components, addresses, accounts, made };
}

/** Returns the resources that pods of restore points may take in a namespace; undefined if no point is taken there. */
function copiesIn({ points, directoryPoints, applicationPoints }: CommunePlan, service: string) {
  const isThere = [...points, ...directoryPoints].some((each) => each.service === service);
  const ofTenant = applicationPoints.filter(({ beside }) => beside.service === service);
  return guestsTogether([isThere ? pointGuests : undefined, ...ofTenant.map(() => boundedPointGuests)]);
}
