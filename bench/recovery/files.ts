import { randomBytes } from "node:crypto";
import { statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** Times that the rows are on the disk at once, at most: the server, its copies, and what comes back of them. */
const timesOfRows = 5;

/** Times that the files are on the disk at once: themselves, their copy, and what comes back of them. */
const timesOfFiles = 3;

/** Share of the disk that is left to others. */
const leftToOthers = 0.1;

/** Sizes that are measured, in GiB. */
export interface Sizes {
  files: number;
  rows: number;
}

/**
 * Returns how many of the files, of a MiB each, may be random: as many as the disk has room for. Throws if it has none for the
 * rows, which are never sparse.
 */
export function randomFiles({ files, rows }: Sizes, folder: string): number {
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = (bavail - blocks * leftToOthers) * bsize;
  const left = free - rows * gib * timesOfRows;
  if (left < 0)
    throw new Error(
      `${rows} GiB of rows take ${(rows * timesOfRows).toFixed(1)} GiB of ${folder}, which has ${(free / gib).toFixed(1)} GiB. Rows cannot be sparse: --rows-gib.`,
    );
  return Math.min(Math.round(files * 1024), Math.floor(left / timesOfFiles / mib));
}

/** A file's content that nothing compresses. */
export const noise = () => randomBytes(mib);

/** Makes files of a MiB each. Those that are sparse are one hole: what is not would be written whole on the way back. Returns their paths. */
export function makeFiles(folder: string, count: number, random: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = join(folder, `${index}.jpg`);
    writeFileSync(name, index < random ? noise() : "");
    if (index >= random) truncateSync(name, mib);
    return name;
  });
}

/** Sentence about what was sparse. */
export function sparseNote(count: number, random: number): string {
  if (random >= count) return "No file was sparse.";
  const sparse = count - random;
  return `${sparse} of ${count} files were sparse, for want of disk: a MiB each, all of it a hole. restic reads all of them, uploads nothing of them, and brings them back as holes (--sparse), which no restore of a commune does.`;
}
