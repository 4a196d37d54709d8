import { existsSync, lstatSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { join, relative } from "node:path";
import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import type { FilesPart, PointManifest } from "../../components/recovery/points/manifest.ts";
import { nothingBrought, type RestorePreview } from "../../components/recovery/points/settings.ts";
import { changedIn, differenceOf } from "./difference.ts";
import { found, fromAny, resticAt } from "./found.ts";
import type { Restic } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Exchange, exchange, opposite, RestoreFolder, restoreFolder, type Way } from "./swap.ts";

/** A part of a point with the volume that it is of, and the folder where it is put together. */
export interface OnVolume {
  part: FilesPart;
  volume: CopiedVolume;
  root: string;
  folder: RestoreFolder;
}

/** Part of a point for each volume that the service has now. */
export function partsOf(
  { parts, sequence }: PointManifest,
  { settings, folders, key }: Surroundings,
): OnVolume[] {
  return settings.volumes.map((volume) => {
    const part = parts.find((each) => each.kind === "files" && each.volume === volume.name);
    if (part?.kind !== "files") throw new Error(`the point has nothing of ${volume.name}`);
    const root = join(folders.volumes, volume.name);
    return { part, volume, root, folder: new RestoreFolder(restoreFolder(root, sequence), key) };
  });
}

/** Returns what a restore would change, and changes nothing: compares by size and time, as the point has them. */
export async function previewRestore(sequence: number, around: Surroundings): Promise<RestorePreview> {
  const { manifest, hosts } = await found(sequence, around);
  // What keeps files alone has no rows.
  const { rows = {}, bytes = 0 } = manifest.parts.find((part) => part.kind === "dump") ?? {};
  const counts = Object.values(rows);
  const preview: RestorePreview = {
    takenAt: manifest.takenAt,
    version: manifest.running.version,
    rows: { tables: counts.length, rows: counts.reduce((sum, count) => sum + count, 0), bytes },
    ...{ returning: 0, undone: 0, aside: 0, bytes: 0, isInPlace: true },
  };
  for (const { part, volume, root, folder } of partsOf(manifest, around)) {
    if (folder.state !== "exchanged") preview.isInPlace = false;
    const known = await fromAny(hosts, (host) => listed(resticAt(host, part, around), part, root));
    preview.bytes += part.bytes;
    const counts = compared(filesBelow(root, ours(volume)), known, (path) => isLeftOut(path, volume));
    preview.aside += counts.aside;
    preview.undone += counts.undone;
    preview.returning += counts.returning;
  }
  return preview;
}

/**
 * Counts the files that are there and not in the point, those that differ from the point, and those in the point
 * alone.
 */
export function compared(
  there: readonly Found[],
  known: Map<string, string>,
  isLeft: (path: string) => boolean,
): Pick<RestorePreview, "aside" | "undone" | "returning"> {
  const counts = { aside: 0, undone: 0, returning: 0 };
  for (const { path, size, seconds } of there) {
    const was = known.get(path);
    if (was === undefined) counts.aside += isLeft(path) ? 0 : 1;
    else if (was !== `${size} ${seconds}`) counts.undone += 1;
    known.delete(path);
  }
  return { ...counts, returning: known.size };
}

/** Size and time of each file of a part, by its path on the volume. */
export async function listed(
  restic: Restic,
  { snapshot }: FilesPart,
  root: string,
): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  await restic.list(snapshot, ({ type, path, size, mtime }) => {
    if (type === "file") known.set(relative(root, path), `${size} ${Math.floor(Date.parse(mtime) / 1000)}`);
  });
  return known;
}

/**
 * Brings the files of a point beside those that exist, and compares all of them. Nothing that exists is touched, and
 * the service serves meanwhile. After an interruption it starts from the beginning.
 */
export async function bringFiles(sequence: number, around: Surroundings): Promise<void> {
  const { manifest, hosts } = await found(sequence, around);
  const volumes = partsOf(manifest, around);
  for (const { part, root, folder } of volumes) {
    const { bavail, bsize } = statfsSync(root);
    if (folder.state === undefined && bavail * bsize < part.bytes * 1.05) {
      const [free, needed] = [bavail * bsize, part.bytes].map((bytes) => Math.ceil(bytes / 1024 ** 2));
      throw new Error(
        `${part.volume} has ${free} MiB left, and the point's files take ${needed} MiB beside those that are there: declare more storage first`,
      );
    }
  }
  for (const one of volumes) await brought(one, hosts, around);
}

async function brought(one: OnVolume, hosts: readonly string[], around: Surroundings): Promise<void> {
  const { part, folder } = one;
  const { state } = folder;
  // Reported before the service stops.
  if (state === "brought") return refuseChanged(one, hosts, around);
  if (state === "exchanged") return refuseUsed(one, hosts, around);
  if (state !== undefined && state !== "bringing") return;
  await bringAside(one, part, hosts, around);
  around.say(`${part.volume}: ${part.files} files are beside those that are there`);
}

/** Files of a part that are brought aside: all below a root, or one entry there. */
export interface Aside {
  part: FilesPart;
  root: string;
  folder: RestoreFolder;
  /** Name of that entry. */
  only?: string;
}

/**
 * Brings files aside and compares them, in the place of what an interrupted run has brought.
 *
 * @param expected the files that there are in the point, and their bytes.
 */
export async function bringAside(
  one: Aside,
  expected: Pick<FilesPart, "files" | "bytes">,
  hosts: readonly string[],
  around: Surroundings,
): Promise<void> {
  const { part, folder } = one;
  await fromAny(hosts, async (host) => {
    folder.remove();
    folder.enter("bringing");
    mkdirSync(folder.aside);
    await resticAt(host, part, around).restore(placeOf(one));
  }).catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  const all = filesBelow(folder.aside, () => true);
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  if (all.length !== expected.files || bytes !== expected.bytes) {
    throw new Error(
      `${part.volume}: the point has ${expected.files} files of ${expected.bytes} bytes, and ${all.length} of ${bytes} came`,
    );
  }
  folder.enter("brought");
  await refuseChanged(one, hosts, around);
}

const placeOf = ({ part, root, folder, only }: Aside) => ({
  ...{ snapshot: part.snapshot, folder: root, into: folder.aside, only },
});

/** Throws if what was brought is not what the vault has. Changes nothing but links, which it brings again. */
export async function refuseChanged(
  one: Aside,
  hosts: readonly string[],
  around: Surroundings,
): Promise<void> {
  const { part } = one;
  const found = await fromAny(hosts, (host) => differenceOf(resticAt(host, part, around), placeOf(one)));
  if (found === undefined) return;
  throw new Error(
    `what was brought to ${part.volume} is not what the vault has (${found}): it was in use before it was taken back, or the service changed it, or whoever broke into that. Nothing was exchanged. --release removes it for good, then restore again. Where this comes back, the service is in other hands: let the commune come back on another cluster`,
  );
}

/** Throws if a point was put in place before and what is in use is not as it has it any more. */
async function refuseUsed(
  { part, volume, root }: OnVolume,
  hosts: readonly string[],
  around: Surroundings,
): Promise<void> {
  const isAsThen = await fromAny(hosts, async (host) => {
    const restic = resticAt(host, part, around);
    const known = await listed(restic, part, root);
    const counts = compared(filesBelow(root, ours(volume)), known, (path) => isLeftOut(path, volume));
    // Sizes and times first: they say it sooner, and of a pipe in the place of a file nobody waits for the end.
    if (counts.aside + counts.undone + counts.returning > 0) return false;
    const { another } = await changedIn(restic, { snapshot: part.snapshot, folder: root, into: root });
    return another === undefined;
  });
  if (isAsThen) return;
  throw new Error(
    `${part.volume} was put back to this point before and has changed since, and what was there before that is kept still. Take that back with --undo, or let go of it for good with --release, then restore again`,
  );
}

/**
 * Puts the files that were brought in place of those that are there, or those back. Nobody uses the volumes meanwhile: what
 * was brought is compared with the vault once more, since the service could write there until now. Where something cannot be
 * moved, what was moved goes back.
 */
export async function exchangeFiles(sequence: number, way: Way, around: Surroundings): Promise<void> {
  const { settings, folders, key, say } = around;
  const all = settings.volumes.map((volume) => {
    const root = join(folders.volumes, volume.name);
    const folder = new RestoreFolder(restoreFolder(root, sequence), key);
    return { name: volume.name, root, folder, isOurs: ours(volume) };
  });
  // Before anything is moved on any volume.
  const missing = all.find(({ folder }) => [undefined, "bringing"].includes(folder.state));
  if (missing !== undefined) throw new Error(`${nothingBrought} to ${missing.name} yet`);
  if (way === "there") await compareBrought(sequence, all, around);
  for (const [index, one] of all.entries()) {
    try {
      exchange(one, way);
    } catch (error) {
      for (const moved of all.slice(0, index + 1)) exchange(moved, opposite[way]);
      throw error;
    }
    say(
      `${one.name}: ${way === "there" ? "the point's files are in place" : "the files of before are in place again"}`,
    );
  }
}

/**
 * Compares what was brought. A volume that was cut on its way there turns back first: nobody knows what was written
 * meanwhile.
 */
async function compareBrought(
  sequence: number,
  all: readonly Exchange[],
  around: Surroundings,
): Promise<void> {
  const left = all.filter(({ folder }) => folder.state !== "exchanged");
  for (const one of left) exchange(one, "back");
  if (left.length === 0) return;
  const { manifest, hosts } = await found(sequence, around);
  for (const one of partsOf(manifest, around))
    if (one.folder.state === "brought") await refuseChanged(one, hosts, around);
}

/** Removes what is kept aside of a restore, for good, and what somebody else wrote in its place. */
export function releaseFiles(sequence: number, { settings, folders, key }: Surroundings): void {
  for (const { name } of settings.volumes)
    new RestoreFolder(restoreFolder(join(folders.volumes, name), sequence), key).release(name);
}

/** Returns whether an entry at the root of a volume is in points; the others stay where they are. */
function ours(volume: CopiedVolume): (entry: string) => boolean {
  const { paths } = volume;
  if (paths !== undefined) return (entry) => paths.includes(entry);
  return (entry) => entry !== "lost+found" && !entry.startsWith(".restore-") && !isLeftOut(entry, volume);
}

/** Whether a path is one that points leave out, or is below one. */
function isLeftOut(path: string, { excluded }: CopiedVolume): boolean {
  return excluded.some((pattern) => {
    const steps = pattern.split("/");
    const names = path.split("/");
    return (
      names.length >= steps.length &&
      steps.every((step, index) => {
        const text = step.split("*").map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
        return new RegExp(`^${text.join("[^/]*")}$`).test(names[index] ?? "");
      })
    );
  });
}

export interface Found {
  path: string;
  size: number;
  seconds: number;
}

/** Every file below a folder, with its size and time. */
export function filesBelow(root: string, isOurs: (entry: string) => boolean): Found[] {
  if (!existsSync(root)) return [];
  const all: Found[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (folder === "" && !isOurs(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile()) continue;
      const { size, mtimeMs } = lstatSync(join(root, path));
      all.push({ path, size, seconds: Math.floor(mtimeMs / 1000) });
    }
  }
  return all;
}
