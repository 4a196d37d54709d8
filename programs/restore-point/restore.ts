import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { join, relative } from "node:path";
import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import type { FilesPart, Manifest } from "../../components/recovery/points/manifest.ts";
import type { RestorePreview } from "../../components/recovery/points/settings.ts";
import { found, fromAny, resticAt } from "./found.ts";
import { limits, type Restic } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { enter, exchange, restoreFolder, stateOf } from "./swap.ts";

/** A part of a point with the volume that it is of, and the folder where it is put together. */
export interface OnVolume {
  part: FilesPart;
  volume: CopiedVolume;
  root: string;
  folder: string;
}

/** What a point has of each volume that the service has now. */
export function partsOf({ parts, sequence }: Manifest, { settings, folders }: Surroundings): OnVolume[] {
  return settings.volumes.map((volume) => {
    const part = parts.find((each) => each.kind === "files" && each.volume === volume.name);
    if (part?.kind !== "files") throw new Error(`the point has nothing of ${volume.name}`);
    const root = join(folders.volumes, volume.name);
    return { part, volume, root, folder: restoreFolder(root, sequence) };
  });
}

/** Says what a restore would change, and changes nothing: compared by size and time, as the point has them. */
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
    if (stateOf(folder) !== "exchanged") preview.isInPlace = false;
    const known = await fromAny(hosts, (host) => listed(resticAt(host, part, around), part, root));
    preview.bytes += part.bytes;
    const counts = compared(filesBelow(root, ours(volume)), known, (path) => isLeftOut(path, volume));
    preview.aside += counts.aside;
    preview.undone += counts.undone;
    preview.returning += counts.returning;
  }
  return preview;
}

/** How many files are there and not in the point, other than in the point, and in the point alone. */
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
  await restic.run(["ls", "--json", snapshot], {
    minutes: limits.copy,
    line(text) {
      const {
        type,
        path = "",
        size = 0,
        mtime = "",
      } = JSON.parse(text) as {
        type?: string;
        path?: string;
        size?: number;
        mtime?: string;
      };
      if (type === "file") known.set(relative(root, path), `${size} ${Math.floor(Date.parse(mtime) / 1000)}`);
    },
  });
  return known;
}

/**
 * Brings the files of a point beside those that are there, and compares all of them. Nothing that is there is touched, and
 * the service serves meanwhile. Goes on after it was cut, from the beginning.
 */
export async function bringFiles(sequence: number, around: Surroundings): Promise<void> {
  const { manifest, hosts } = await found(sequence, around);
  const volumes = partsOf(manifest, around);
  for (const { part, root, folder } of volumes) {
    const { bavail, bsize } = statfsSync(root);
    if (stateOf(folder) === undefined && bavail * bsize < part.bytes * 1.05) {
      const [free, needed] = [bavail * bsize, part.bytes].map((bytes) => Math.ceil(bytes / 1024 ** 2));
      throw new Error(
        `${part.volume} has ${free} MiB left, and the point's files take ${needed} MiB beside those that are there: declare more storage first`,
      );
    }
  }
  for (const one of volumes) await brought(one, hosts, around);
}

async function brought(
  { part, root, folder }: OnVolume,
  hosts: readonly string[],
  around: Surroundings,
): Promise<void> {
  const state = stateOf(folder);
  if (state !== undefined && state !== "bringing") return;
  const [whole, aside] = [join(folder, "whole"), join(folder, "aside")];
  enter(folder, "bringing");
  await fromAny(hosts, async (host) => {
    for (const left of [whole, aside]) rmSync(left, { recursive: true, force: true });
    // Every file is read again after it was written, and compared by its hash.
    await resticAt(host, part, around).run(
      ["restore", part.snapshot, "--target", whole, "--verify", "--quiet"],
      { minutes: limits.copy },
    );
  });
  const there = join(whole, root);
  mkdirSync(there, { recursive: true });
  const all = filesBelow(there, () => true);
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  if (all.length !== part.files || bytes !== part.bytes) {
    throw new Error(
      `${part.volume}: the point has ${part.files} files of ${part.bytes} bytes, and ${all.length} of ${bytes} came`,
    );
  }
  renameSync(there, aside);
  rmSync(whole, { recursive: true });
  enter(folder, "brought");
  around.say(`${part.volume}: ${all.length} files are beside those that are there`);
}

/** Puts the files that were brought in place of those that are there, or those back. Nobody uses the volumes meanwhile. */
export function exchangeFiles(
  sequence: number,
  way: "there" | "back",
  { settings, folders, say }: Surroundings,
): void {
  const all = settings.volumes.map((volume) => {
    const root = join(folders.volumes, volume.name);
    return { name: volume.name, root, folder: restoreFolder(root, sequence), isOurs: ours(volume) };
  });
  // Before anything is moved on any volume.
  const missing = all.find(({ folder }) => [undefined, "bringing"].includes(stateOf(folder)));
  if (missing !== undefined) throw new Error(`nothing was brought to ${missing.name} yet`);
  for (const one of all) {
    exchange(one, way);
    say(
      `${one.name}: ${way === "there" ? "the point's files are in place" : "the files of before are in place again"}`,
    );
  }
}

/** Removes what is kept aside of a restore, for good. */
export function releaseFiles(sequence: number, { settings, folders }: Surroundings): void {
  for (const { name } of settings.volumes) {
    const folder = restoreFolder(join(folders.volumes, name), sequence);
    const state = stateOf(folder);
    if (state === undefined) continue;
    if (state !== "brought" && state !== "exchanged" && state !== "bringing") {
      throw new Error(`${name} is half-way ("${state}"): go on, or back, first`);
    }
    rmSync(folder, { recursive: true });
  }
}

/** Which entries at the root of a volume are in points; the others stay where they are. */
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
