import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Repository, repositoryPath } from "../../components/recovery/vault/names.ts";
import { endedName, type KeptGeneration, outlived } from "../../components/recovery/vault/retention.ts";
import { ifThere, makeFolders, syncFolder } from "./durable.ts";
import { block, sizeOf } from "./space.ts";
import { folders, isThere, type Store, small } from "./store.ts";

/** Days for which expired generations stay on the volume, where a person can take them back. */
export const asideDays = 30;

/** Facts about every generation. A restore point needs a key, an index and a snapshot, whatever its guest says. */
export async function keptGenerations(store: Store): Promise<KeptGeneration[]> {
  const found: KeptGeneration[] = [];
  for (const repository of await store.repositories()) {
    const of = (name: string) => store.path(repositoryPath(repository), name);
    found.push({
      ...repository,
      until: await small(of("until")),
      isEnded: await isThere(store.path(folders.once, endedName(repository))),
      isComplete: (await isThere(of("complete"))) && (await holdsSnapshot(store, repository)),
    });
  }
  return found;
}

async function holdsSnapshot(store: Store, repository: Repository): Promise<boolean> {
  if (!(await isThere(store.path(repositoryPath(repository), "config")))) return false;
  for (const type of ["keys", "index", "snapshots"] as const) {
    if (!(await store.holds(repository, type))) return false;
  }
  return true;
}

/** A change that the host made: for its log. */
export interface Removal {
  generation: string;
  /** `aside`: it can be taken back by hand. `removed`: it is gone. */
  is: "aside" | "removed";
}

/** Puts aside what is past its day and was followed by something complete; removes what has been aside long enough. */
export async function retire(store: Store, now: Date): Promise<Removal[]> {
  const today = now.toISOString().slice(0, 10);
  const removals: Removal[] = [];
  for (const { service, generation } of outlived(await keptGenerations(store), now)) {
    const folder = store.path(folders.aside, today, service);
    store.space.add(block * (await makeFolders(store.path(folders.aside, today), folder)));
    const target = join(folder, generation);
    // Its guest may have created it anew since it was put aside.
    const free = (await isThere(target)) ? `${target}.${now.getTime()}` : target;
    await store.moveAway({ service, generation }, free);
    removals.push({ generation: `${service}/${generation}`, is: "aside" });
  }
  const last = new Date(now.getTime() - asideDays * 24 * 3600 * 1000).toISOString().slice(0, 10);
  for (const day of await daysAside(store)) {
    if (day >= last) continue;
    const gone = (await aside(store)).filter((path) => path.startsWith(`${day}/`));
    const folder = store.path(folders.aside, day);
    const size = block + (await sizeOf(folder));
    await rm(folder, { recursive: true });
    await syncFolder(store.path(folders.aside));
    store.space.give(size);
    removals.push(
      ...gone.map((path): Removal => ({ generation: path.slice(day.length + 1), is: "removed" })),
    );
  }
  return removals;
}

async function daysAside(store: Store): Promise<string[]> {
  return (await readdir(store.path(folders.aside))).sort();
}

/** Generations that are aside: `2026-11-26/nextcloud/files-2026q2`. */
export async function aside(store: Store): Promise<string[]> {
  const found: string[] = [];
  for (const day of await daysAside(store)) {
    for (const service of await readdir(store.path(folders.aside, day))) {
      const generations = (await ifThere(() => readdir(store.path(folders.aside, day, service)))) ?? [];
      found.push(...generations.map((generation) => `${day}/${service}/${generation}`));
    }
  }
  return found.sort();
}
