import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import { alive } from "./host.ts";

/** Folder of finished images. */
export function imageStore(): string {
  return join(cacheFolder(), "images");
}

/** Runs a build in a folder of its own, and removes that folder and those that killed builds left. */
export async function inWorkshop<T>(signal: AbortSignal, build: (shop: Workshop) => Promise<T>): Promise<T> {
  const store = imageStore();
  await mkdir(join(store, "layers"), { recursive: true });
  await mkdir(join(store, "archives"), { recursive: true });
  for (const name of await readdir(store)) {
    const pid = name.match(/^work-(\d+)-/)?.[1];
    if (pid && !alive(Number(pid))) await rm(join(store, name), { recursive: true, force: true });
  }
  const work = join(store, `work-${process.pid}-${Date.now()}`);
  await mkdir(work);
  try {
    return await build({ store, work, signal });
  } finally {
    if (existsSync(work)) await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Folders of a build, and the signal that stops it: the store that stays, and a folder of its own that is removed. */
export interface Workshop {
  /** `<cache>/images`. */
  store: string;
  /** Removed when the build ends; a later build removes it if this one is killed. */
  work: string;
  signal: AbortSignal;
}
