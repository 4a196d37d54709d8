import { checksum } from "../../foundation/manifest/checksum.ts";
import { canonical } from "../../recovery/points/head.ts";
import { pointsName } from "../../recovery/points/manifests.ts";
import { onVolume } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import type { Change } from "./change.ts";
import type { NoPoint, Told } from "./sentences.ts";

/** A restore point that is taken before anything is done. */
export interface PointBefore {
  service: string;
  /** Name of the Job that takes it. */
  job: string;
}

/** The restore points before an update, and what people are told of them. */
export interface PointsBefore {
  taken: PointBefore[];
  told: Told[];
}

/** Raised where a point of this form would not do for an update of the next version of the toolkit. */
const form = 1;

/**
 * The restore points that an update begins with: of each service whose data becomes another, where the commune has had
 * vaults since its last update. The Job's name says what was published and nothing of what is to come: a run that failed
 * half-way and is repeated, with the same declaration or a mended one, finds the same point of before, and takes none of
 * data that is half-way (docs/decisions/0090-a-point-before-a-change.md).
 *
 * @param given services that somebody has named a point of, by `commune:pointBefore`.
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

/** The Job that takes a point of a service before whatever follows what was published. */
export function pointJobName(service: string, before: Published): string {
  // Not at its end: what a site says of pods would make it another name (manifest/pod-template.ts).
  return `${pointsName}-${checksum([form, service, canonical(before)], 8)}-before`;
}

/** The services whose data becomes another, so that nothing but a copy from before gives back what was. */
function servicesAtRisk(changes: readonly Change[]): string[] {
  const affected = changes.filter(becomesOther).flatMap((change) => change.affected);
  return [...new Set(affected)].sort();
}

/**
 * A larger volume holds the same data. What is moved, or set back, leaves what was where it was: another server, another
 * store, a folder beside the server's.
 */
function becomesOther({ what, effect, field }: Change): boolean {
  if (effect !== "needs a restore point" || what === "volume" || what === "rows" || what === "media") {
    return false;
  }
  return field[0] !== "media" && field.at(-1) !== "restoreFrom" && field.at(-2) !== "restoreFrom";
}

/** Why no point can be taken; nothing where one can. The pods of points are those of the last update. */
function whyNone(service: string, { declared, services }: Published, plan: CommunePlan): NoPoint | undefined {
  const recovery = declared?.recovery;
  const had = typeof recovery === "object" && recovery.vaults !== undefined && recovery.vaults !== "";
  if (!had) return plan.keptVaults.length > 0 ? "vaults are new" : "no vault";
  if (services[service]?.media !== onVolume) return "files in a bucket";
  return plan.points.some((points) => points.service === service) ? undefined : "points go";
}
