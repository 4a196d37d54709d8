import { currentGeneration, dayOf, quarterOf } from "../vault/generation.ts";
import { type Repository, readRepository, repositoryPath } from "../vault/names.ts";

/** The kind of the generations of points. */
export const pointsKind = "files";

/**
 * Where the points of a service that are taken at a time lie: a repository for each quarter, because nobody can take a
 * single point out of one. One full upload a quarter is what that costs.
 *
 * @param names of the service's generations that there are.
 */
export function filesRepository(service: string, at: Date, names: readonly string[] = []): Repository {
  return { service, generation: currentGeneration(pointsKind, at, names) };
}

const dayMs = 24 * 3_600_000;

/**
 * Returns the repositories that a point of a service may be in: one, but on a day on which a fresh one was begun, and on the
 * first of a quarter, when a run may have begun in the last one.
 *
 * @param takenAt ISO 8601.
 * @param paths of the repositories that there are.
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
