import { containersOf, podOf } from "../policies/pods.ts";
import type { objectsOf } from "./objects.ts";
import { objectsOfProgram, sideAt } from "./side.ts";

/** Every image that a commune's declaration runs, by its reference without a digest. Throws DeclarationError. */
export async function imagesOf(
  stacks: string,
  id: string,
  objects: typeof objectsOf = objectsOfProgram,
): Promise<string[]> {
  const { objects: declared } = await sideAt(stacks, id, objects);
  return [...new Set(declared.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image)))];
}
