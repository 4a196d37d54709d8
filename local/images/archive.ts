import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Layer, layerFile, record } from "./layer.ts";
import { writeOciArchive } from "./oci.ts";
import type { Recipe } from "./recipe.ts";
import type { Workshop } from "./workshop.ts";

/** An image of the local cluster. */
export interface Image {
  /** The upstream references that it answers to, fully qualified. */
  names: string[];
  /** Absolute path of an OCI archive (linux/amd64) for `ctr images import`, which makes every name. */
  archive: string;
  /** The manifest's digest (`sha256:…`): what containerd shows as the image's target. */
  digest: string;
  contents: Contents;
}

/** Upstream's own image, Debian's software under its name, or other software that keeps to its contracts. */
type Contents = "upstream" | "repackaged" | "double";

const contentsOf = (double: boolean): Contents => (double ? "double" : "repackaged");

/** Record beside an archive. */
interface Stored extends Omit<Image, "contents"> {
  double: boolean;
}

/** Labels of an image: it is a double, or Debian's software, repackaged. */
export function labels(double: boolean): Record<string, string> {
  return { "cloud.commune.local": contentsOf(double) };
}

/** The image recorded under this key, if its archive is still there. */
export async function storedImage(key: string, store: string): Promise<Image | undefined> {
  const file = join(store, "archives", `${key}.json`);
  if (!existsSync(file)) return undefined;
  const { names, digest, double } = JSON.parse(await readFile(file, "utf8")) as Stored;
  const archive = join(store, "archives", `${key}.tar`);
  return existsSync(archive) ? { names, archive, digest, contents: contentsOf(double) } : undefined;
}

/** One layer of an image: its key in the store and what it is. */
export interface KeyedLayer {
  key: string;
  layer: Layer;
}

/** Writes an image's archive into the store, and records what it is under its key. */
export async function writeArchive(
  key: string,
  { names, double, config }: Pick<Recipe, "names" | "double" | "config">,
  layers: KeyedLayer[],
  shop: Workshop,
): Promise<Image> {
  const archive = join(shop.store, "archives", `${key}.tar`);
  const blobs = layers.map((each) => ({ ...each.layer, packed: true, file: layerFile(each.key, shop) }));
  const image = { names, config, labels: labels(double), layers: blobs };
  const digest = await writeOciArchive(archive, image, shop.work, shop.signal);
  const packages = Object.assign({}, ...layers.map(({ layer }) => layer.packages)) as Layer["packages"];
  await record(
    join(shop.store, "archives", `${key}.json`),
    { names, archive, digest, double, packages },
    shop,
  );
  return { names, archive, digest, contents: contentsOf(double) };
}
