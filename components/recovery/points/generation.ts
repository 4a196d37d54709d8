import { currentGeneration, dayOf, quarterOf } from "../vault/generation.ts";
import { type Repository, readRepository, repositoryPath } from "../vault/names.ts";

/** Kind of the generations of restore points. */
export const pointsKind = "files";

/**
 * Returns the repository of the restore points that a service takes at a time: one for each quarter, because no single
 * point can be removed from a repository. Its cost is one full upload a quarter.
 *
 * @param names existing generations of the service: one that was begun in place of the quarter's is used instead.
 */
export function filesRepository(service: string, at: Date, names: readonly string[] = []): Repository {
  return { service, generation: currentGeneration(pointsKind, at, names) };
}

const dayMs = 24 * 3_600_000;

/**
 * Returns the repositories that a point of a service may be in: one, except on a day on which a fresh one was begun, and on
 * the first day of a quarter, when the run may have begun in the previous quarter.
 *
 * @param takenAt ISO 8601.
 * @param paths existing repositories.
 */
export function repositoriesOf(service: string, takenAt: string, paths: readonly string[]): string[] {
  const names = paths.flatMap((path) => {
    const found = readRepository(path);
    return found?.service === service ? [found.generation] : [];
  });
  const at = Date.parse(takenAt);
  const [before, now] = [new Date(at - dayMs), new Date(at)];
  const begunNow = [dayOf(now), dayOf(new Date(at + dayMs))];
  const earlier = names.filter((name) => !begunNow.some((day) => name.endsWith(day)));
  const found = [
    currentGeneration(pointsKind, now, earlier),
    currentGeneration(pointsKind, now, names),
    ...(quarterOf(before) === quarterOf(now) ? [] : [currentGeneration(pointsKind, before, names)]),
  ];
  return [...new Set(found)].map((generation) => repositoryPath({ service, generation }));
}
