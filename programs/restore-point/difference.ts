import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Restic } from "./restic.ts";

/** A folder of a snapshot, and the path that it was brought to. */
export interface Brought {
  snapshot: string;
  folder: string;
  into: string;
}

/**
 * Compares what was brought with the snapshot, by the whole content of each file. Nobody else may write there
 * meanwhile, or the result is of the moment alone.
 *
 * restic does not compare links, and of a file with several names one only: so links and files with several names are
 * removed and brought again before, and what is no file, folder or link is a difference.
 *
 * @returns a path of what is not as in the snapshot, with how it differs; undefined if all of it is.
 */
export async function differenceOf(
  restic: Restic,
  { snapshot, folder, into }: Brought,
): Promise<string | undefined> {
  const special = withoutLinks(into);
  if (special !== undefined) return `${special} is no file`;
  await restic.restore(snapshot, folder, into);
  const { other, more, unread } = await restic.compare(snapshot, folder, into);
  const [another = unread.find((path) => isLoneFile(join(into, path)))] = other;
  if (another !== undefined) return `${another} is another one`;
  return more[0] === undefined ? undefined : `${more[0]} is not in it`;
}

/** Whether a file has one name; the snapshot's has several. */
function isLoneFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.nlink === 1;
}

/** Removes links and files with several names, and returns the path of what is nothing that a restore makes. */
function withoutLinks(root: string): string | undefined {
  const folders = [Buffer.from(root)];
  // Of two names of one file the second would seem to be the only one.
  const links: Buffer[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true, encoding: "buffer" })) {
      const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink() || (entry.isFile() && lstatSync(path).nlink > 1)) links.push(path);
      else if (!entry.isFile()) return path.toString();
    }
  }
  for (const path of links) rmSync(path);
  return undefined;
}
