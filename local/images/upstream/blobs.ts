import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Registries } from "../../../components/foundation/image/registry/index.ts";
import { ImageError } from "../host.ts";
import type { Workshop } from "../workshop.ts";

/** Failed attempts at a piece before the pull ends, and the pause between them, in milliseconds. */
const attempts = 4;
const pause = 500;

/** A piece of content to have. */
export interface Wanted {
  /** `sha256:…` */
  digest: string;
  /** Bytes. */
  size: number;
}

/** Folder of the pieces that images are made of: each under its digest, and only if it has that digest. */
export function blobFolder(store: string): string {
  return join(store, "upstream");
}

/** The file of a piece, whether it exists or not. */
export function blobFile(digest: string, store: string): string {
  return join(blobFolder(store), digest.slice("sha256:".length));
}

/**
 * Brings one piece of an image into the store. A broken connection is opened again, and continues where the other
 * ended if the registry can; the piece gets its name only when it is whole and has its digest. Throws ImageError or
 * RegistryError.
 */
export async function bringBlob(
  reference: string,
  wanted: Wanted,
  registries: Registries,
  shop: Workshop,
  arrived: (bytes: number) => void,
): Promise<void> {
  const file = blobFile(wanted.digest, shop.store);
  if (existsSync(file)) return arrived(wanted.size);
  const partial = new Partial(join(shop.work, wanted.digest.slice("sha256:".length)), wanted);
  let [farthest, vain] = [0, 0];
  while (!partial.isWhole) {
    try {
      const { start, body } = await registries.blob(reference, wanted.digest, partial.size);
      await partial.add(start, body, arrived);
    } catch (error) {
      shop.signal.throwIfAborted();
      const status = error instanceof Error && "status" in error ? error.status : undefined;
      vain = partial.size > farthest ? 0 : vain + 1;
      farthest = Math.max(farthest, partial.size);
      // What a registry refuses, it refuses again.
      if (vain === attempts || (typeof status === "number" && status < 500)) throw error;
      await sleep(pause * (vain + 1), undefined, { signal: shop.signal });
    }
  }
  if (partial.digest !== wanted.digest) {
    await rm(partial.file);
    throw new ImageError(
      `a piece of ${reference} came with the digest ${partial.digest}, and should have ${wanted.digest}: it was thrown away. Run the same command again, or ask who keeps that registry.`,
    );
  }
  await rename(partial.file, file);
}

/** The bytes of a piece that have arrived. */
class Partial {
  size = 0;
  readonly file: string;
  private readonly wanted: Wanted;
  private hash = createHash("sha256");

  constructor(file: string, wanted: Wanted) {
    this.file = file;
    this.wanted = wanted;
  }

  get isWhole(): boolean {
    return this.size >= this.wanted.size;
  }

  get digest(): string {
    return `sha256:${this.hash.copy().digest("hex")}`;
  }

  /** Adds what a registry sends from a byte on: after what is here, or from the start again. Throws when it breaks off. */
  async add(start: number, body: AsyncIterable<Uint8Array>, arrived: (bytes: number) => void): Promise<void> {
    if (start !== this.size) {
      arrived(-this.size);
      this.size = 0;
      this.hash = createHash("sha256");
    }
    const handle = await open(this.file, this.size === 0 ? "w" : "a");
    try {
      for await (const part of body) {
        if (this.size + part.length > this.wanted.size)
          throw new ImageError(
            `a registry sent more than the ${this.wanted.size} bytes of ${this.wanted.digest}.`,
          );
        await handle.write(part);
        this.hash.update(part);
        this.size += part.length;
        arrived(part.length);
      }
    } finally {
      await handle.close();
    }
    if (!this.isWhole)
      throw new ImageError(`the connection ended after ${this.size} of ${this.wanted.size} bytes.`);
  }
}

/** Removes the pieces of images that are whole archives now. */
export async function clearBlobs(store: string): Promise<void> {
  const folder = blobFolder(store);
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) await rm(join(folder, name));
}
