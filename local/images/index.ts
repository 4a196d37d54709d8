import { type Image, type KeyedLayer, storedImage, writeArchive } from "./archive.ts";
import { requireHost } from "./host.ts";
import { type Keys, keysOf } from "./key.ts";
import { baseLayer, fileLayer, packageLayer } from "./layer.ts";
import type { Recipe } from "./recipe.ts";
import type { Workshop } from "./workshop.ts";
import { imageStore, inWorkshop } from "./workshop.ts";

export type { Image } from "./archive.ts";

/** Callback and signal with which a build is followed and stopped. */
export interface BuildOptions {
  /** Called with one line at each step of the build, such as "3 of 10 valkey:8.1.1: packages". */
  report: (line: string) => void;
  signal: AbortSignal;
}

/**
 * The images of some recipes, each built from Debian packages unless the cache already has it. What is finished is kept,
 * so an interrupted build goes on where it stopped. Throws ImageError.
 */
export async function buildImages(options: BuildOptions, wanted: readonly Recipe[]): Promise<Image[]> {
  const planned = await Promise.all(
    wanted.map(async (recipe) => {
      const keys = await keysOf(recipe);
      return { recipe, keys, image: await storedImage(keys.image, imageStore()) };
    }),
  );
  const known = planned.flatMap(({ image }) => image ?? []);
  if (known.length === planned.length) return known;
  await requireHost();
  return inWorkshop(options.signal, async (shop) => {
    const images: Image[] = [];
    for (const [index, { recipe, keys, image }] of planned.entries()) {
      const step = `${index + 1} of ${planned.length} ${shortName(recipe)}`;
      images.push(image ?? (await build(recipe, keys, shop, (part) => options.report(`${step}: ${part}`))));
    }
    return images;
  });
}

function shortName(recipe: Recipe): string {
  return (recipe.names[0] ?? "").replace(/^(docker|ghcr)\.io\/(library\/)?/, "");
}

async function build(
  recipe: Recipe,
  keys: Keys,
  shop: Workshop,
  report: (part: string) => void,
): Promise<Image> {
  report("base system");
  const base = await baseLayer(keys.base, shop);
  const layers: KeyedLayer[] = [{ key: keys.base, layer: base.layer }];
  if (recipe.layer && keys.packages) {
    report("packages");
    const layer = await packageLayer(keys.packages, recipe.layer, base.root, shop);
    layers.push({ key: keys.packages, layer });
  }
  if (keys.files) {
    report("files");
    layers.push({ key: keys.files, layer: await fileLayer(keys.files, recipe, shop) });
  }
  report("archive");
  return writeArchive(keys.image, recipe, layers, shop);
}
