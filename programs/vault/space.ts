import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "./durable.ts";

/** What the smallest file and each folder take, bytes: many small ones fill a volume too. */
export const block = 4096;

/** What a file of some bytes counts for. An empty one takes none. */
export function blocksOf(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}

/** What only locks may take, bytes: a thousand of them. A vault that is full of copies can be read then, which takes a lock. */
const forLocks = 1024 * block;

/** How much of its quota a guest uses. What is being uploaded counts from its beginning. */
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

  /** The same for a lock. */
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

/** What a folder and everything below it count for, bytes. */
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
