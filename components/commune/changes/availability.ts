import type { Availability } from "../../foundation/availability/availability.ts";
import type { PlannedService } from "../../services/define.ts";
import { plannedServices } from "../../services/index.ts";
import type { Declared } from "../declared.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";

/**
 * Finds changes of availability: of the commune, and of services that declare or declared their own. What is written
 * otherwise and means the same is none.
 */
export function availabilityChanges(published: Published, plan: CommunePlan): Change[] {
  const { declared } = published;
  // Stacks last applied by an older toolkit did not publish it.
  if (declared === undefined) return [];
  const [before, now] = [declared, plan.declared];
  const differs = (service?: string) => modeOf(before, service) !== modeOf(now, service);
  const services = plannedServices(plan).map(({ service }) => service);
  const isOwn = (service: string) =>
    written(before, service) !== undefined || written(now, service) !== undefined;
  const own = services.filter((service) => typeof before[service] === "object" && isOwn(service));
  return [
    ...queuesLeft(published, plannedServices(plan), (service) => [
      modeOf(before, service),
      modeOf(now, service),
    ]),
    ...(differs() ? [changed(before, now, undefined, services.filter(differs))] : []),
    ...own.filter(differs).map((service) => changed(before, now, service, [service])),
  ];
}

/**
 * Finds services whose cache would be one server again, on the volume of a member that still runs: what waits there could
 * be lost. One that was retired has no members.
 */
function queuesLeft(
  { services: were, retired }: Published,
  services: readonly PlannedService[],
  modes: (service: string) => [from: Availability, to: Availability],
): Change[] {
  return services.flatMap(({ service, holders: { queue } }) => {
    const [from, to] = modes(service);
    const runs = service in were && retired[service] === undefined;
    if (queue === undefined || !runs || from !== "node-loss" || to !== "single") return [];
    return [
      change({
        ...{ what: "setting", name: `${service}.availability`, from, to, affected: [service] },
        ...{ field: [service], effect: "refused", told: { sentence: "queueStays", with: { service } } },
      }),
    ];
  });
}

/** @param service whose availability is another one; undefined for the commune's. */
function changed(
  before: Declared,
  now: Declared,
  service: string | undefined,
  affected: readonly string[],
): Change {
  const [from, to] = [modeOf(before, service), modeOf(now, service)];
  const field = [...(service === undefined ? [] : [service]), "availability"];
  return change({
    ...{ what: "setting", name: field.join("."), from, to, field, effect: "reversible", affected },
    told: { sentence: "availabilityChanges", with: { of: service, to } },
  });
}

/** Returns the availability of a service, its own or else the commune's; of the commune if none is named. */
function modeOf(declared: Declared, service: string | undefined): Availability {
  const mode = (service === undefined ? undefined : written(declared, service)) ?? written(declared);
  return mode === "node-loss" ? "node-loss" : "single";
}

function written(declared: Declared, service?: string): string | undefined {
  const section = service === undefined ? declared : declared[service];
  const value = typeof section === "object" ? section.availability : undefined;
  return typeof value === "string" ? value : undefined;
}
