import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The code of an error of the file system: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Runs something; undefined if the file or folder is not there. */
export async function ifThere<Found>(run: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await run();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes the entries of a folder outlast a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes folders, outermost first, which outlast a loss of power. Says how many were not there. */
export async function makeFolders(...folders: string[]): Promise<number> {
  const parents: string[] = [];
  for (const folder of folders) {
    try {
      await mkdir(folder, { mode: 0o700 });
      parents.push(dirname(folder));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  for (const parent of new Set(parents)) await syncFolder(parent);
  return parents.length;
}

/** Moves a file or a folder, so that it is in one of the two places also after a loss of power. */
export async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

/** A file that has been written and does not have its name yet. */
export interface PendingFile {
  /** Gives it its name; false if something has that name already, which stays as it is. */
  keep(target: string): Promise<boolean>;
  /** Gives it its name, in the place of what had it. */
  replace(target: string): Promise<void>;
  /** Takes it away, whether it was kept or not. */
  drop(): Promise<void>;
}

/**
 * Writes a file that has no name yet. Throws what `write` throws, and leaves nothing.
 *
 * @param incoming folder on the same file system, which is emptied at each start.
 */
export async function written(
  incoming: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<PendingFile> {
  const path = join(incoming, `${randomUUID()}.part`);
  const drop = async () => {
    await ifThere(() => unlink(path));
  };
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    async keep(target) {
      try {
        // A link never replaces anything; a rename would.
        await link(path, target);
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      }
      await syncFolder(dirname(target));
      return true;
    },
    replace: (target) => move(path, target),
    drop,
  };
}
