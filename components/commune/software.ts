import { images } from "../foundation/image/catalogue.ts";
import type { Offered, Software } from "../foundation/part/part.ts";
import { versionIn } from "../foundation/upstream/upstream.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { parts } from "./parts.ts";
import type { PlannedParts } from "./planned.ts";
import { runningPlans } from "./running-plans.ts";

/**
 * Returns the software that a commune runs, with services for people first. Pure; test/registrations/software.test.ts
 * compares it with the registered images.
 */
export function usedSoftware(plan: PlannedParts): UsedSoftware[] {
  const offered = parts.flatMap((part) => part.offered?.(plan) ?? []);
  return [
    ...offered.filter(({ purpose }) => purpose !== undefined),
    // Further programs of a service, of the same release.
    ...offered.filter(({ purpose }) => purpose === undefined),
    ...toolkitSoftware(plan).map(({ image }) => ({ image })),
  ].map(used);
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

function used({ image, name, version, purpose }: Offered): UsedSoftware {
  const { licence, source, publisher, registers, reference } = image;
  return {
    ...{ licence, source, publisher, registers },
    name: name ?? image.name ?? reference,
    version: version ?? versionIn(reference),
    purpose,
  };
}
