import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Place, Restic } from "./restic.ts";

/**
 * Compares what was brought with the snapshot, by the whole content of each file. Nobody else may write there
 * meanwhile, or the result is of the moment alone.
 *
 * restic does not compare links, and of a file with several names one only: so links and files with several names are
 * removed and brought again before, and what is no file, folder or link is a difference.
 *
 * @returns a path of what is not as in the snapshot, with how it differs; undefined if all of it is.
 */
export async function differenceOf(restic: Restic, place: Place): Promise<string | undefined> {
  const special = withoutLinks(place.into);
  if (special !== undefined) return `${special} is no file`;
  await restic.restore(place);
  const { another, more } = await changedIn(restic, place);
  if (another !== undefined) return `${another} is another one`;
  return more === undefined ? undefined : `${more} is not in it`;
}

/** Returns a path that is another one than in the snapshot or missing, and one that the snapshot does not have. */
export async function changedIn(
  restic: Restic,
  place: Place,
): Promise<{ another: string | undefined; more: string | undefined }> {
  const { other, more, unread } = await restic.compare(place);
  const [another = unread.find((path) => isLoneFile(join(place.into, path)))] = other;
  return { another, more: more[0] };
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
