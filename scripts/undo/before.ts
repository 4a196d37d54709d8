import { pointJobName } from "../../components/commune/changes/points-before.ts";
import type { Published } from "../../components/commune/published.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { Surroundings } from "../recovery/points.ts";
import { pointsOfJobs } from "../recovery/points-of-jobs.ts";
import { Runs } from "../recovery/runs.ts";

/** A restore point from before the last update. */
export interface FoundPoint {
  points: PointsPlan;
  sequence: number;
  id: string;
  takenAt: string;
  /** Whether it was taken for an update that has not been completed. */
  isUnfinished: boolean;
}

/** The restore points that the last update began with, by what their Jobs left in the cluster. */
export async function pointsInCluster(
  surroundings: Pick<Surroundings, "kubectl">,
  all: readonly PointsPlan[],
  published: Published,
  context: string | undefined,
): Promise<FoundPoint[]> {
  const found = await Promise.all(
    all.map(async (points): Promise<FoundPoint[]> => {
      const { commune, service } = points;
      const left = await pointsOfJobs(new Runs(surroundings, { commune, service }, context));
      const before = left.filter(({ job }) => job.endsWith("-before"));
      const own = pointJobName(service, published);
      const unfinished = before.find(({ job }) => job === own);
      // Where several are left, the first is of before the others.
      const { sequence, takenAt } = unfinished ?? before[0] ?? {};
      if (sequence === undefined || takenAt === undefined) return [];
      const id = pointId({ sequence, takenAt });
      return [{ points, sequence, takenAt, id, isUnfinished: unfinished !== undefined }];
    }),
  );
  return found.flat();
}

/** Points that somebody names, `nextcloud=2026-11-26T02:10:00Z-000043`. */
export function namedPoints(named: readonly string[], all: readonly PointsPlan[]): FoundPoint[] {
  return named.map((each): FoundPoint => {
    const [, service, takenAt, digits] =
      /^([a-z]+)=(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)-(\d{6,12})$/.exec(each) ?? [];
    const points = all.find((one) => one.service === service);
    if (points === undefined || takenAt === undefined) {
      throw new TranslatedError({
        en: `--point ${JSON.stringify(each)}: write <service>=<restore point>, such as nextcloud=2026-11-26T02:10:00Z-000043. These have points: ${all.map((one) => one.service).join(", ")}.`,
        fr: `--point ${JSON.stringify(each)} : écrivez <service>=<point de restauration>, comme nextcloud=2026-11-26T02:10:00Z-000043. Ont des points : ${all.map((one) => one.service).join(", ")}.`,
      });
    }
    const sequence = Number(digits);
    return { points, sequence, takenAt, id: pointId({ sequence, takenAt }), isUnfinished: false };
  });
}

/** The points that somebody names in the place of those that were found. */
export function withNamed(
  found: readonly FoundPoint[],
  named: readonly string[],
  all: readonly PointsPlan[],
): FoundPoint[] {
  const asked = namedPoints(named, all);
  const others = found.filter(({ points }) => !asked.some((one) => one.points.service === points.service));
  return [...others, ...asked];
}
