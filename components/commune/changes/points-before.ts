import { checksum } from "../../foundation/manifest/checksum.ts";
import { canonical } from "../../recovery/points/head.ts";
import { pointsName } from "../../recovery/points/manifests.ts";
import { hadVaults } from "../../recovery/vault/plan.ts";
import { onVolume, servicesOf } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import type { Change } from "./change.ts";
import type { NoPoint, Told } from "./sentences.ts";

/** A restore point that is taken before anything else. */
export interface PointBefore {
  service: string;
  /** Name of the Job that takes it. */
  job: string;
}

/** Restore points before an update, and the sentences about them. */
export interface PointsBefore {
  taken: PointBefore[];
  told: Told[];
}

/** Number to raise if a point of this form would not do for an update of the toolkit's next version. */
const form = 1;

/**
 * Returns the restore points that an update begins with: of each service whose data is replaced, if the commune has
 * had vaults since its last update. The Job's name is derived from what was published and from nothing that is
 * planned: a run that failed half-way and is repeated, with the same declaration or a corrected one, finds the former
 * point, and takes none of half-changed data (docs/decisions/0090-a-point-before-a-change.md).
 *
 * @param given services whose point somebody has named, by `commune:pointBefore`.
 */
export function pointsBefore(
  changes: readonly Change[],
  before: Published,
  plan: CommunePlan,
  given: Readonly<Record<string, string>> = {},
): PointsBefore {
  if (changes.some(({ effect }) => effect === "refused")) return { taken: [], told: [] };
  const all = servicesAtRisk(changes)
    .filter((service) => service in before.services && before.retired[service] === undefined)
    .map((service): { taken?: PointBefore; told: Told } => {
      const point = given[service];
      if (point !== undefined) return { told: { sentence: "pointGiven", with: { service, point } } };
      const why = whyNone(service, before, plan);
      if (why !== undefined) return { told: { sentence: "noPoint", with: { service, why } } };
      const job = pointJobName(service, before);
      return { taken: { service, job }, told: { sentence: "pointComes", with: { service, job } } };
    });
  return { taken: all.flatMap(({ taken }) => taken ?? []), told: all.map(({ told }) => told) };
}

/** Returns the name of the Job that takes a service's point before the update that follows a published state. */
export function pointJobName(service: string, before: Published): string {
  // Not at its end: what a site says of pods would make it another name (manifest/pod-template.ts).
  return `${pointsName}-${checksum([form, service, canonical(before)], 8)}-before`;
}

/** Returns the services whose data is replaced, so that only a copy from before restores it. */
function servicesAtRisk(changes: readonly Change[]): string[] {
  const affected = changes.filter(becomesOther).flatMap((change) => change.affected);
  return [...new Set(affected)].sort();
}

/**
 * Whether a change replaces data. A larger volume holds the same data. Anything moved or set back stays where it was:
 * on another server, in another store, in a folder next to the server's.
 */
function becomesOther({ what, effect, field }: Change): boolean {
  if (effect !== "needs a restore point" || what === "volume" || what === "rows" || what === "media") {
    return false;
  }
  return field[0] !== "media" && field.at(-1) !== "restoreFrom" && field.at(-2) !== "restoreFrom";
}

/**
 * Returns the reason why no point can be taken; undefined if one can. The pods that take points are those of the last
 * update.
 */
function whyNone(
  service: string,
  { declared, services, listed = [] }: Published,
  plan: CommunePlan,
): NoPoint | undefined {
  if (!hadVaults(declared ?? {})) return plan.keptVaults.length > 0 ? "vaults are new" : "no vault";
  if (!plan.points.some((points) => points.service === service)) return "points go";
  const media = services[service]?.media;
  if (servicesOf(plan).find((each) => each.service === service)?.media !== media) return "files move";
  return media === onVolume || listed.includes(service) ? undefined : "points come";
}
