import type { Availability } from "../../foundation/availability/availability.ts";
import { plannedServices } from "../../services/index.ts";
import type { Declared } from "../declared.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";

/** Finds changes of availability: of the commune, and of services that declare their own. */
export function availabilityChanges({ declared }: Published, plan: CommunePlan): Change[] {
  // Stacks last applied by an older toolkit did not publish it.
  if (declared === undefined) return [];
  const services = plannedServices(plan).map(({ service }) => service);
  const follow = services.filter((service) => written(plan.declared, service) === undefined);
  const own = services.filter((service) => typeof declared[service] === "object");
  return [
    ...changed(declared, plan.declared, undefined, follow),
    ...own.flatMap((service) => changed(declared, plan.declared, service, [service])),
  ];
}

/** @param service whose own field is compared; undefined for the commune's. */
function changed(
  before: Declared,
  now: Declared,
  service: string | undefined,
  affected: readonly string[],
): Change[] {
  const [from, to] = [written(before, service), written(now, service)];
  if (from === to) return [];
  const mode = (declared: Declared): Availability =>
    (written(declared, service) ?? written(declared, undefined)) === "node-loss" ? "node-loss" : "single";
  const field = [...(service === undefined ? [] : [service]), "availability"];
  return [
    change({
      ...{ what: "setting", name: field.join("."), from, to, field, effect: "reversible", affected },
      told: { sentence: "availabilityChanges", with: { of: service, to: mode(now) } },
    }),
  ];
}

function written(declared: Declared, service: string | undefined): string | undefined {
  const section = service === undefined ? declared : declared[service];
  const value = typeof section === "object" ? section.availability : undefined;
  return typeof value === "string" ? value : undefined;
}
