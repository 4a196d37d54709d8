import { type Image, images } from "../foundation/image/catalogue.ts";
import type { Software } from "../foundation/part/part.ts";
import { versionIn } from "../foundation/upstream/upstream.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { findApplication } from "../tenants/applications/list.ts";
import { parts } from "./parts.ts";
import type { DeployedPlans, PlannedParts } from "./planned.ts";
import { runningPlans } from "./running-plans.ts";

/**
 * Returns the software that a commune runs, with services for people first. Pure; test/registrations/software.test.ts
 * compares it with the registered images.
 */
export function usedSoftware(plan: PlannedParts): UsedSoftware[] {
  // Further programs of a service, of the same release.
  const others = plannedServices(plan).flatMap(({ plan: { version }, images: [, ...more] }) =>
    more.map((image) => ({ ...named(image), version })),
  );
  return [
    ...ofServices(plan),
    ...applicationImages(plan).map((image) => ({ ...named(image), purpose: forAssociations })),
    ...others,
    ...toolkitSoftware(plan).map(({ image }) => named(image)),
  ];
}

/** Returns the software that comes with the toolkit and that a commune runs, in the order of the catalogue. */
export function toolkitSoftware(plan: PlannedParts): Software[] {
  const plans = runningPlans(plan);
  const all: Software[] = [
    ...parts.flatMap((part) => part.software?.(plans) ?? []),
    // It serves these pages.
    { name: "node", image: images.node },
  ];
  const place = ({ image }: Software) =>
    Object.values(images).findIndex(({ source }) => source === image.source);
  return [...new Map(all.map((each) => [each.name, each])).values()].sort(
    (one, other) => place(one) - place(other),
  );
}

function ofServices(runs: ServicePlans): UsedSoftware[] {
  return plannedServices(runs).flatMap(({ title, plan, images: [image], link }) =>
    image === undefined
      ? []
      : [{ ...known(image), name: title, version: plan.version, purpose: link?.of.french ?? title }],
  );
}

/** Sentence of a page about an association's software. Which association has it is not stated. */
const forAssociations = "Outil d’associations que la commune héberge";

/** Images of the applications that associations have, each once: none of a suspended association. */
export function applicationImages({ tenants = [] }: DeployedPlans): readonly Image[] {
  const names = new Set(
    tenants
      .filter(({ suspendedSince }) => suspendedSince === undefined)
      .flatMap(({ applications }) => applications.map(({ name }) => name)),
  );
  return [...names].sort().flatMap((name) => findApplication(name)?.images ?? []);
}

function named(image: Image): UsedSoftware {
  const version = versionIn(image.reference);
  return { ...known(image), name: image.name ?? image.reference, version, purpose: undefined };
}

/** Returns the facts of the catalogue that pages show. */
function known({ licence, source, publisher, registers }: Image) {
  return { licence, source, publisher, registers };
}
