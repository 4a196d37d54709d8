import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, statfsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RestorePreview } from "../../components/recovery/points/settings.ts";
import { changedIn } from "./difference.ts";
import { found, fromAny, resticAt } from "./found.ts";
import {
  type Aside,
  bringAside,
  compared,
  filesBelow,
  listed,
  type OnVolume,
  partsOf,
  refuseChanged,
} from "./restore.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Exchange, exchange, RestoreFolder, restoreFolder, type Way } from "./swap.ts";

/** Folder of a restore of one path; its name differs for each path of a point. */
const asideFolder = (root: string, sequence: number, path: string, key: Uint8Array) =>
  new RestoreFolder(
    `${restoreFolder(root, sequence)}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`,
    key,
  );

/** The part of a point that is asked for, and the volume that it is on. */
interface Only extends OnVolume {
  /** Size and time of each file in it, by its path on the volume. */
  known: ReadonlyMap<string, string>;
  hosts: readonly string[];
  takenAt: string;
}

const isIn = (file: string, path: string) => file === path || file.startsWith(`${path}/`);

/** Looks for a path in a point, on each volume. Throws if it is on none. */
async function onlyOf(sequence: number, path: string, around: Surroundings): Promise<Only> {
  const { manifest, hosts } = await found(sequence, around);
  for (const one of partsOf(manifest, around)) {
    const all = await fromAny(hosts, (host) => listed(resticAt(host, one.part, around), one.part, one.root));
    const known = new Map([...all].filter(([file]) => isIn(file, path)));
    if (known.size === 0) continue;
    const folder = asideFolder(one.root, sequence, path, around.key);
    return { ...one, folder, known, hosts, takenAt: manifest.takenAt };
  }
  throw new Error(`the point has no file ${JSON.stringify(path)}, and none below it`);
}

/** Compares the files at a path now with those that a point has there. */
function countsOf(root: string, path: string, known: Only["known"]) {
  const there = existsSync(join(root, path)) ? filesBelow(root, (entry) => entry === path.split("/")[0]) : [];
  return compared(
    there.filter((file) => isIn(file.path, path)),
    new Map(known),
    () => false,
  );
}

/** The path as the one entry of its folder that is brought. */
const asideOf = ({ part, root, folder }: OnVolume, path: string): Aside => ({
  ...{ part, folder, root: join(root, dirname(path)), only: basename(path) },
});

/** Returns whether what is in use at a path is still as the point has it. */
async function isAsThen(path: string, { part, root, known, hosts }: Only, around: Surroundings) {
  const { returning, undone, aside } = countsOf(root, path, known);
  if (returning + undone + aside > 0) return false;
  const folder = join(root, dirname(path));
  const place = { snapshot: part.snapshot, folder, into: folder, only: basename(path) };
  const changed = await fromAny(hosts, (host) => changedIn(resticAt(host, part, around), place));
  return changed.another === undefined;
}

/** Returns what a restore of one path would change, in files. */
export async function previewOnly(
  sequence: number,
  path: string,
  around: Surroundings,
): Promise<Pick<RestorePreview, "takenAt" | "returning" | "undone" | "aside" | "bytes">> {
  const { known, root, takenAt } = await onlyOf(sequence, path, around);
  const sizes = [...known.values()].map((said) => Number(said.split(" ")[0]));
  const counts = countsOf(root, path, known);
  return { takenAt, ...counts, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * Brings one folder or file of a point beside the one that is there, and compares it. What an earlier run has brought, or
 * put in place, is compared with the vault: the service writes there too.
 */
export async function bringOnly(sequence: number, path: string, around: Surroundings): Promise<void> {
  const only = await onlyOf(sequence, path, around);
  const { part, root, folder, known, hosts } = only;
  const { state } = folder;
  if (state === "exchanged" && !(await isAsThen(path, only, around)))
    throw new Error(
      `${path} was put back to this point before and has changed since, and what was there before that is kept still. Take that back with --undo, or let go of it for good with --release, then restore again`,
    );
  if (state === "brought") return refuseChanged(asideOf(only, path), hosts, around);
  if (state !== undefined && state !== "bringing") return;
  const bytes = [...known.values()].reduce((sum, said) => sum + Number(said.split(" ")[0]), 0);
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < bytes * 1.05) {
    throw new Error(
      `${part.volume} has no room for ${Math.ceil(bytes / 1024 ** 2)} MiB more: declare more storage first`,
    );
  }
  await bringAside(asideOf(only, path), { files: known.size, bytes }, hosts, around);
  around.say(`${path}: ${known.size} files are beside those that are there`);
}

/** Folder that a path was brought to. */
function brought(sequence: number, path: string, { settings, folders, key }: Surroundings) {
  for (const { name } of settings.volumes) {
    const root = join(folders.volumes, name);
    const folder = asideFolder(root, sequence, path, key);
    if (folder.state !== undefined) return { name, root, folder };
  }
  return undefined;
}

/**
 * Exchanges what was brought with what is in its place, or back: two renames in one folder. On its way there it is compared
 * with the vault once more, right before.
 */
export async function exchangeOnly(
  sequence: number,
  path: string,
  way: Way,
  around: Surroundings,
): Promise<void> {
  const where = brought(sequence, path, around);
  if (where === undefined || where.folder.state === "bringing")
    throw new Error(`${path} was not brought yet`);
  const { root, folder } = where;
  const one: Exchange = {
    ...{ root: join(root, dirname(path)), folder },
    isOurs: (entry) => entry === basename(path),
  };
  const move = (direction: Way) => {
    refuseLinks(root, dirname(path));
    mkdirSync(one.root, { recursive: true });
    exchange(one, direction);
  };
  if (way === "there" && folder.state !== "exchanged") {
    // What was cut on its way there turns back first: nobody knows what was written meanwhile.
    move("back");
    const { manifest, hosts } = await found(sequence, around);
    const onVolume = partsOf(manifest, around).find(({ part }) => part.volume === where.name);
    if (onVolume === undefined) throw new Error(`the point has nothing of ${where.name}`);
    await refuseChanged(asideOf({ ...onVolume, folder }, path), hosts, around);
  }
  move(way);
  around.say(`${path}: ${way === "there" ? "as in the point" : "as before"}`);
}

/** Throws if a folder is reached through a link: what is exchanged would be somewhere else. */
function refuseLinks(root: string, path: string): void {
  const steps = path === "." ? [] : path.split("/");
  const link = steps
    .map((_, index) => steps.slice(0, index + 1).join("/"))
    .find((each) => lstatSync(join(root, each), { throwIfNoEntry: false })?.isSymbolicLink());
  if (link !== undefined)
    throw new Error(
      `${link} is a link now, and was a folder: nothing was exchanged. Take the link away first`,
    );
}

/** Removes what is kept aside of it, for good, and what somebody else wrote in its place. */
export function releaseOnly(sequence: number, path: string, { settings, folders, key }: Surroundings): void {
  for (const { name } of settings.volumes)
    asideFolder(join(folders.volumes, name), sequence, path, key).release(path);
}
