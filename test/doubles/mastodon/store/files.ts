import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Place of the bytes of attachments, by their paths. */
export interface Files {
  write(path: string, bytes: Uint8Array, type: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Attachments on the volume `public/system`. */
export class VolumeFiles implements Files {
  constructor(private readonly folder: string) {}

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.folder, path), { force: true });
  }
}
