import { type Image, storedImage, writeArchive } from "./archive.ts";
import type { BuildOptions } from "./index.ts";
import { staticKey } from "./key.ts";
import { fileLayer } from "./layer.ts";
import type { ImageConfig } from "./recipe.ts";
import { imageStore, inWorkshop } from "./workshop.ts";

/** An image of statically linked programs, with nothing else inside. */
export interface StaticImage {
  /** Fully qualified references. */
  names: string[];
  /** `path` inside the image, `source` an absolute path on this machine, `mode` 0755 unless given. */
  files: { path: string; source: string; mode?: number }[];
  config: ImageConfig;
}

/** Packs programs into an image; kept until a program's path, size or time changes. */
export async function staticImage(image: StaticImage, { report, signal }: BuildOptions): Promise<Image> {
  const { names, config } = image;
  const key = await staticKey(image.files, { names, config });
  const known = await storedImage(key, imageStore());
  if (known) return known;
  return inWorkshop(signal, async (shop) => {
    report(names[0] ?? "");
    const files = image.files.map((file) => ({ mode: 0o755, ...file }));
    const layer = await fileLayer(`static-${key}`, files, "/", shop);
    return writeArchive(key, { names, config, double: false }, [{ key: `static-${key}`, layer }], shop);
  });
}
