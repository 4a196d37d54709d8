import type { Problem } from "../../foundation/declaration/problem.ts";
import { repositoryOf } from "../../foundation/image/catalogue.ts";
import { type ImageLock, loadLock } from "../../foundation/image/lock.ts";
import { parseReference, referenceText } from "../../foundation/image/reference.ts";
import { loadVersions } from "./lock.ts";

/** Locked builds of a commune, or every problem of the files that say them. */
export type LoadedBuilds = { ok: true; images: ImageLock } | { ok: false; problems: Problem[] };

/**
 * Returns which build of each image a commune has locked: what its own lock says, and of other images what the file says
 * that communes of older toolkits share. undefined if there is neither file.
 */
export function loadBuilds(stacks: string, id: string): LoadedBuilds | undefined {
  const [own, shared] = [loadVersions(stacks, id), loadLock(stacks)];
  if (own === undefined && shared === undefined) return undefined;
  if (own?.ok === false || shared?.ok === false) {
    const problems = [own, shared].flatMap((each) => (each?.ok === false ? each.problems : []));
    return { ok: false, problems };
  }
  return { ok: true, images: { ...shared?.declaration.images, ...own?.declaration.images } };
}

/** An image that would run in the place of a locked one of the same name. */
export interface MovedImage {
  from: string;
  to: string;
}

/**
 * Returns the images that would run in another version than the locked one: a newer toolkit has another, or another is
 * declared.
 *
 * @param runs references of what would run, with or without digests.
 */
export function movedImages(runs: readonly string[], lock: ImageLock): MovedImage[] {
  const references = new Set(runs.map((run) => referenceText({ ...parseReference(run), digest: undefined })));
  const left = Object.keys(lock).filter((locked) => !references.has(locked));
  return [...references]
    .filter((reference) => lock[reference] === undefined)
    .flatMap((to) => {
      const from = left.filter((locked) => repositoryOf(locked) === repositoryOf(to)).at(-1);
      return from === undefined ? [] : [{ from, to }];
    });
}
