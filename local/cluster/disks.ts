import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../paths.ts";
import { missingPrograms } from "../toolchain/index.ts";
import type { Layout } from "./layout.ts";

const gibibyte = 1024 ** 3;

// At most seen in a first run, rounded up: npm run bench first-run, and first-install where programs are taken.
const needs = { cache: 8, goCache: 6, goModules: 3, cluster: 5, cacheOfTaken: 4 };

/** A disk that something is written to: where, how much that takes and how much is free. Bytes. */
export interface Disk {
  folders: string[];
  needed: number;
  free: number;
}

/**
 * The disks that are written to: by a run that builds programs and images, also Go's two caches; by one that takes them from
 * the package, ours alone; by every run, the cluster's own files. Folders on one disk are one entry.
 */
export async function disksFor(layout: Layout): Promise<Disk[]> {
  const { toTake, toCompile } = await missingPrograms().catch(
    // Go is missing or old, which is said elsewhere.
    () => ({ toTake: 0, toCompile: 1 }),
  );
  const isNew = toCompile > 0;
  const { stdout } = await execa("go", ["env", "GOCACHE", "GOMODCACHE"], { reject: false });
  const [goCache = "", goModules = ""] = (stdout ?? "").split("\n");
  const wanted = [
    ...(isNew ? [{ folder: cacheFolder(), gibibytes: needs.cache }] : []),
    ...(!isNew && toTake > 0 ? [{ folder: cacheFolder(), gibibytes: needs.cacheOfTaken }] : []),
    ...(isNew && goCache ? [{ folder: goCache, gibibytes: needs.goCache }] : []),
    ...(isNew && goModules ? [{ folder: goModules, gibibytes: needs.goModules }] : []),
    { folder: layout.root, gibibytes: needs.cluster },
  ];
  const disks = new Map<number, Disk>();
  for (const { folder, gibibytes } of wanted) {
    const place = existing(folder);
    const device = statSync(place).dev;
    const { bavail, bsize } = statfsSync(place);
    const disk = disks.get(device) ?? { folders: [], needed: 0, free: bavail * bsize };
    disk.folders.push(folder);
    disk.needed += gibibytes * gibibyte;
    disks.set(device, disk);
  }
  return [...disks.values()];
}

/** The folder itself, or the nearest above it that exists. */
export function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
