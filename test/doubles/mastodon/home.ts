import { accessSync, constants, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { requireKeys } from "./store/bucket.ts";

/** The folder of the bundle: `/opt/mastodon/double` in the image. */
const bundleFolder = dirname(fileURLToPath(import.meta.url));

/** Folder of Mastodon: `/opt/mastodon` in the image. */
export const home = dirname(bundleFolder);

/** The file of that name beside the bundle. */
export function beside(name: string): string {
  return join(bundleFolder, name);
}

/** The release that this image stands for, such as 4.6.5. */
export function release(): string {
  return readFileSync(beside("version"), "utf8").trim();
}

/** Folder of uploads, as upstream without an object store. */
export const mediaFolder = join(home, "public", "system");

/** Throws Refusal unless a web server or worker can write where it has to: its folders, and the bucket in their place. */
export function requirePlaces({ bucket }: Pick<Settings, "bucket">): void {
  if (bucket) requireKeys(bucket);
  requireWritable(join(home, "tmp"), ...(bucket ? [] : [mediaFolder]));
}

function requireWritable(...folders: string[]): void {
  for (const folder of folders) {
    try {
      accessSync(folder, constants.W_OK);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      throw new Refusal(
        `${folder} is not writable (${code}): mount a volume there, writable for uid 991. Upstream fails at the first upload only.`,
      );
    }
  }
}
