import { loadCommune } from "../components/commune/load.ts";
import { planCommune } from "../components/commune/plan.ts";
import { siteOf, siteSchema } from "../components/foundation/site/site.ts";
import { containersOf, podOf } from "../policies/pods.ts";
import type { objectsOf } from "./objects.ts";

/** The SDK takes half a second to load: only when a declaration is valid. */
export const objectsOfProgram: typeof objectsOf = async (...args) =>
  (await import("./program-objects.ts")).objectsOf(...args);

/** Every image that a commune's declaration runs, by its reference without a digest. Throws DeclarationError. */
export async function imagesOf(
  stacks: string,
  id: string,
  objects: typeof objectsOf = objectsOfProgram,
): Promise<string[]> {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const site = siteOf(siteSchema.parse({}));
  const beside = { places: loaded.places?.places, metropolis: loaded.federation };
  const declared = await objects(id, planCommune(loaded.declaration, site, beside), site);
  return [...new Set(declared.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image)))];
}
