import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "./durable.ts";

/** Size that the smallest file and each folder count for, bytes: many small ones fill a volume too. */
export const block = 4096;

/** Size that a file of some bytes counts for. An empty one counts for 0. */
export function blocksOf(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}

/**
 * Space that only locks may take, bytes: a thousand of them. So a vault that is full of copies can be read, which
 * takes a lock.
 */
const forLocks = 1024 * block;

/** Space that a guest uses of its quota. An upload counts from its beginning. */
export class Space {
  private constructor(
    readonly quota: number,
    private taken: number,
  ) {}

  /** Counts what is in some folders. */
  static async of(folders: readonly string[], quota: number): Promise<Space> {
    let sum = 0;
    for (const folder of folders) sum += block + (await sizeOf(folder));
    return new Space(quota, sum);
  }

  get used(): number {
    return this.taken;
  }

  /** Sets bytes aside; false when they do not fit. */
  take(bytes: number): boolean {
    return this.takeUpTo(this.quota - forLocks, bytes);
  }

  /** Sets bytes aside for a lock; false if they do not fit. */
  takeForLock(bytes: number): boolean {
    return this.takeUpTo(this.quota, bytes);
  }

  private takeUpTo(most: number, bytes: number): boolean {
    if (this.taken + bytes > most) return false;
    this.taken += bytes;
    return true;
  }

  /** Counts what the vault itself has made, whether it fits or not. */
  add(bytes: number): void {
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

/** Size that a folder and everything below it count for, bytes. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = (await ifThere(() => readdir(folder, { withFileTypes: true }))) ?? [];
  let sum = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += block + (await sizeOf(path));
    else sum += blocksOf((await ifThere(() => stat(path)))?.size ?? 0);
  }
  return sum;
}
