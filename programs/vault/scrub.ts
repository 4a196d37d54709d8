import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileName } from "../../components/recovery/vault/names.ts";
import type { ScrubStatus } from "../../components/recovery/vault/settings.ts";
import { ifThere } from "./durable.ts";
import { sumsIn } from "./once.ts";
import { digestOfFile, folders, isThere, type Store } from "./store.ts";

/** A file and the SHA-256 that it must have. */
interface Expected {
  path: string;
  digest: string;
}

/**
 * Reads every file and compares it with its SHA-256, which is its name or stands beside it: no key is needed. What
 * does not match goes into quarantine, so that it can be uploaded again and so that one bad index does not stop
 * whoever reads the repository.
 *
 * @param rest milliseconds to do nothing for each millisecond that was read: others use the disk.
 */
export async function scrub(
  store: Store,
  { rest, now }: { rest: number; now: () => Date },
): Promise<ScrubStatus> {
  const seen = { files: 0, bytes: 0, bad: 0 };
  for await (const { path, digest } of everyFile(store)) {
    const begun = Date.now();
    const info = await ifThere(() => stat(path));
    // Taken away meanwhile: put aside, with its generation.
    const found = info && (await ifThere(() => digestOfFile(path)));
    if (info === undefined || found === undefined) continue;
    seen.files += 1;
    seen.bytes += info.size;
    if (found !== digest) {
      await store.quarantine(relative(store.folder, path));
      seen.bad += 1;
    }
    if (rest > 0) await sleep((Date.now() - begun) * rest);
  }
  return { finished: now().toISOString(), ...seen };
}

/** Every file that a guest brought, but for locks, which come and go. */
async function* everyFile(store: Store): AsyncIterable<Expected> {
  yield* named(store.path(folders.once));
  for (const { service, generation } of await store.repositories()) {
    const root = store.path(service, generation);
    yield* named(root);
    for (const type of ["keys", "snapshots", "index"]) yield* hashed(join(root, type));
    for (const shelf of await entries(join(root, "data"))) yield* hashed(join(root, "data", shelf));
  }
}

async function entries(folder: string): Promise<string[]> {
  return (await ifThere(() => readdir(folder))) ?? [];
}

async function* hashed(folder: string): AsyncIterable<Expected> {
  for (const name of await entries(folder)) {
    if (fileName.test(name)) yield { path: join(folder, name), digest: name };
  }
}

async function* named(folder: string): AsyncIterable<Expected> {
  const found = (await ifThere(() => readdir(folder, { withFileTypes: true }))) ?? [];
  const sums = sumsIn(found.map(({ name }) => name));
  const files = new Set(found.filter((entry) => entry.isFile()).map(({ name }) => name));
  for (const [name, digest] of sums) {
    if (files.has(name)) yield { path: join(folder, name), digest };
  }
}

/** The files in quarantine: paths below it. */
export async function quarantined(store: Store): Promise<string[]> {
  const root = store.path(folders.quarantine);
  if (!(await isThere(root))) return [];
  const found = await readdir(root, { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
