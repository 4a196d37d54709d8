import { images } from "../../components/platform/monitoring/images.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { buildImages } from "../../local/images/index.ts";
import { recipesOf } from "../../local/images/recipe.ts";
import { recipes } from "../../local/recipes.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";

/** Brings a cluster the images of monitoring, which it does not have from its start. */
export async function bringMonitoringImages(cluster: Cluster): Promise<void> {
  const silent = { report: () => undefined, signal: new AbortController().signal };
  const wanted = Object.values(images).map(({ reference }) => reference);
  const built = await buildImages(silent, recipesOf(wanted, recipes));
  await cluster.up({ toolchain: await buildToolchain(silent), images: built, domains: [], ...silent });
}
