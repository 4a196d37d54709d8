import { existsSync, lstatSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import type { FilesPart, Manifest } from "../../components/recovery/points/manifest.ts";
import type { RestorePreview } from "../../components/recovery/points/settings.ts";
import { type Bringing, bring, refuseChanged } from "./brought.ts";
import { found, fromAny, resticAt } from "./found.ts";
import type { Restic } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { exchange, RestoreFolder, release, restoreFolder } from "./swap.ts";

/** A part of a point with the volume that it is of, and the folder where it is put together. */
export interface OnVolume {
  part: FilesPart;
  volume: CopiedVolume;
  root: string;
  folder: RestoreFolder;
}

/** What a point has of each volume that the service has now. */
export function partsOf({ parts, sequence }: Manifest, { settings, folders, key }: Surroundings): OnVolume[] {
  return settings.volumes.map((volume) => {
    const part = parts.find((each) => each.kind === "files" && each.volume === volume.name);
    if (part?.kind !== "files") throw new Error(`the point has nothing of ${volume.name}`);
    const root = join(folders.volumes, volume.name);
    return { part, volume, root, folder: new RestoreFolder(restoreFolder(root, sequence), key) };
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
  await restic.list(snapshot, ({ type, path, size, mtime }) => {
    if (type === "file") known.set(relative(root, path), `${size} ${Math.floor(Date.parse(mtime) / 1000)}`);
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
    if (folder.state === undefined && bavail * bsize < part.bytes * 1.05) {
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
  const { state } = folder;
  // Told before the service is away.
  if (state !== undefined && state !== "bringing") return refuseChanged(folder);
  const came = await fromAny(hosts, async (host) => {
    folder.remove();
    folder.enter("bringing");
    mkdirSync(folder.aside);
    const restic = resticAt(host, part, around);
    return bring(restic, bringingOf(part, root, folder.aside, around), folder.list);
  });
  if (came.files !== part.files || came.bytes !== part.bytes) {
    throw new Error(
      `${part.volume}: the point has ${part.files} files of ${part.bytes} bytes, and ${came.files} of ${came.bytes} came`,
    );
  }
  folder.enter("brought", came.list);
  around.say(`${part.volume}: ${came.files} files are beside those that are there`);
}

/** What of a part is brought, and where. */
export const bringingOf = (
  { snapshot }: FilesPart,
  from: string,
  into: string,
  { folders }: Surroundings,
): Bringing => ({ snapshot, from, into, private: dirname(folders.cache) });

/**
 * Puts the files that were brought in place of those that are there, or those back. Nobody uses the volumes meanwhile.
 * Throws where what was brought is not what the vault gave.
 */
export async function exchangeFiles(
  sequence: number,
  way: "there" | "back",
  { settings, folders, key, say }: Surroundings,
): Promise<void> {
  const all = settings.volumes.map((volume) => {
    const root = join(folders.volumes, volume.name);
    const folder = new RestoreFolder(restoreFolder(root, sequence), key);
    return { name: volume.name, root, folder, isOurs: ours(volume) };
  });
  // Before anything is moved on any volume.
  const missing = all.find(({ folder }) => [undefined, "bringing"].includes(folder.state));
  if (missing !== undefined) throw new Error(`nothing was brought to ${missing.name} yet`);
  if (way === "there") for (const { folder } of all) await refuseChanged(folder);
  for (const one of all) {
    exchange(one, way);
    say(
      `${one.name}: ${way === "there" ? "the point's files are in place" : "the files of before are in place again"}`,
    );
  }
}

/** Removes what is kept aside of a restore, for good, and what somebody else wrote in its place. */
export function releaseFiles(sequence: number, { settings, folders, key }: Surroundings): void {
  const all = settings.volumes.map(({ name }) => ({
    name,
    folder: new RestoreFolder(restoreFolder(join(folders.volumes, name), sequence), key),
  }));
  for (const { name, folder } of all) release(folder, name);
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
