import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import { guestsTogether } from "../foundation/namespace/manifests.ts";
import type { FirstAccount, PartComponent } from "../foundation/part/registered.ts";
import { guestsOfPoints } from "../recovery/points/plan.ts";
import type { CommuneArgs } from "./args.ts";
import type { DatabaseServers } from "./database-servers.ts";
import { type PartGiven, parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { runningPlans } from "./running-plans.ts";
import type { Shared } from "./shared.ts";
import { watchedOf } from "./watched.ts";

/** Components are loaded here and not by the list: commands that only read files do not load Pulumi. */
const registrars = await loaded((part) => part.component?.());
const lastRegistrars = await loaded((part) => part.lastComponent?.());

type Registrar = NonNullable<Awaited<ReturnType<NonNullable<(typeof parts)[number]["component"]>>>>;

async function loaded(
  load: (part: (typeof parts)[number]) => Promise<Registrar> | undefined,
): Promise<Registrar[]> {
  return (await Promise.all(parts.map(load))).flatMap((register) => register ?? []);
}

/** Results of parts, which other parts use. */
export type Made = PartGiven["made"];

/** Everything that the parts of a commune have registered. */
export interface RegisteredParts {
  /** Components, by the suffix of their namespaces. */
  components: Readonly<Record<string, PartComponent>>;
  /** Public addresses, by section of the declaration. */
  addresses: Readonly<Record<string, string>>;
  /** First accounts, by service. */
  firstAccounts: Readonly<Record<string, FirstAccount>>;
  /** Outputs of the stack, by name. */
  outputs: Readonly<Record<string, unknown>>;
  made: Made;
}

/** Values that no part makes, and that parts take. */
interface Before extends Required<Pick<Made, "passes" | "descriptorKey">> {
  shared: Shared;
  databases: DatabaseServers;
}

/** Registers every part of a plan that has a component, in the order of the list. */
export function registerParts(
  name: string,
  args: CommuneArgs,
  { shared, ...before }: Before,
  options: ComponentResourceOptions,
): RegisteredParts {
  const made: Made = { ...before, associationDatabases: before.databases.ofAssociations };
  return registerEach(registrars, name, args, { shared, made, after: [] }, options);
}

/**
 * Registers what parts make when everything else of a plan is registered.
 *
 * @param after what that is.
 */
export function registerLast(
  name: string,
  args: CommuneArgs,
  given: { shared: Shared; made: Readonly<Made>; after: readonly Resource[] },
  options: ComponentResourceOptions,
): RegisteredParts {
  return registerEach(lastRegistrars, name, args, { ...given, made: { ...given.made } }, options);
}

function registerEach(
  each: readonly Registrar[],
  name: string,
  args: CommuneArgs,
  { shared, made, after }: { shared: Shared; made: Made; after: readonly Resource[] },
  options: ComponentResourceOptions,
): RegisteredParts {
  const components: Record<string, PartComponent> = {};
  const addresses: Record<string, string> = {};
  const firstAccounts: Record<string, FirstAccount> = {};
  const outputs: Record<string, unknown> = {};
  const guestsOf = (service: string) => copiesIn(args.plan, service);
  const targets = watchedOf(args.plan);
  const plan = { ...args.plan, ...runningPlans(args.plan) };
  for (const register of each) {
    const given = { ...args, plan, name, shared, guestsOf, made, targets, components, after };
    const registered = register(given, options);
    Object.assign(components, registered.components);
    Object.assign(addresses, registered.addresses);
    Object.assign(firstAccounts, registered.firstAccounts);
    Object.assign(outputs, registered.outputs);
    Object.assign(made, registered.made);
  }
  return { components, addresses, firstAccounts, outputs, made };
}

/** Returns the resources that pods of restore points may take in a namespace; undefined if no point is taken there. */
function copiesIn({ points }: CommunePlan, service: string) {
  return guestsTogether(points.filter(({ beside }) => beside.service === service).map(guestsOfPoints));
}
