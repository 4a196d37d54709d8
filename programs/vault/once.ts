import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ifThere } from "./durable.ts";
import { blocksOf } from "./space.ts";
import { type Brought, digestOfFile, isFull, isThere, type Store } from "./store.ts";

/** Between the name of a file and the SHA-256 of what is in it, in the name of an empty file beside it. */
const sumMark = ".sha256.";

/**
 * Small files whose name says nothing of what is in them: a name is created once, and holds the same for good. Its sum is
 * the name of an empty file beside it, so that what rots is found, and only the same bytes come back in its place.
 */
export class Once {
  /** Two who bring one name at a time: the second waits. */
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly store: Store) {}

  /** @param path below the vault's folder: `nextcloud/files-2026q4/config`. */
  put(path: string, bytes: Buffer): Promise<Brought> {
    const turn = (this.turns.get(path) ?? Promise.resolve()).then(() => this.putAlone(path, bytes));
    const ended: Promise<void> = turn.then(
      () => this.leave(path, ended),
      () => this.leave(path, ended),
    );
    this.turns.set(path, ended);
    return turn;
  }

  private leave(path: string, turn: Promise<void>): void {
    if (this.turns.get(path) === turn) this.turns.delete(path);
  }

  private async putAlone(path: string, bytes: Buffer): Promise<Brought> {
    await this.complete(path);
    const target = this.store.path(path);
    const known = await this.sumOf(path);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (known !== undefined && known !== digest) return "taken";
    if (await isThere(target)) return "kept";
    if (!(await isThere(dirname(target)))) return "no repository";
    const size = blocksOf(bytes.length);
    if (!this.store.space.take(size)) return "no space";
    try {
      await this.keep(target, bytes);
      if (known === undefined) await this.keep(target + sumMark + digest, Buffer.alloc(0));
      return "kept";
    } catch (error) {
      this.store.space.give(size);
      if (isFull(error)) return "no space";
      throw error;
    }
  }

  /** Keeps the sum of a file if the vault ended before it had. */
  async complete(path: string): Promise<void> {
    const target = this.store.path(path);
    if (!(await isThere(target)) || (await this.sumOf(path)) !== undefined) return;
    await this.keep(target + sumMark + (await digestOfFile(target)), Buffer.alloc(0));
  }

  private async sumOf(path: string): Promise<string | undefined> {
    const folder = await ifThere(() => readdir(dirname(this.store.path(path))));
    return sumsIn(folder ?? []).get(basename(path));
  }

  private async keep(target: string, bytes: Buffer): Promise<void> {
    const part = await this.store.write((handle) => handle.writeFile(bytes));
    try {
      await part.keep(target);
    } finally {
      await part.drop();
    }
  }

  /** The names in a folder of such files. */
  async names(folder: string): Promise<string[]> {
    const all = await readdir(this.store.path(folder));
    return all.filter((name) => !name.includes(sumMark)).sort();
  }
}

/** Sums by the name of their file, of all that is in a folder. */
export function sumsIn(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const [file, sum] = name.split(sumMark);
      return file !== undefined && sum !== undefined ? [[file, sum] as const] : [];
    }),
  );
}
