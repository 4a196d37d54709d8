import { fullReference } from "../../components/foundation/image/reference.ts";
import { doubles } from "../../test/doubles/recipes.ts";
import { ImageError } from "./host.ts";
import { repackaged } from "./images.ts";
import type { Recipe } from "./recipe.ts";

/** Every local image: all that the program declares by itself, and the versions that a declaration may ask for. */
export const recipes: readonly Recipe[] = [...repackaged, ...doubles];

/** The references that they answer to. */
export const everyReference: readonly string[] = recipes.flatMap(({ names }) => names);

/**
 * The recipes of images, each once. Throws ImageError where an image has none, before anything is built.
 *
 * @param references of these images, as declarations name them.
 */
export function recipesOf(references: readonly string[], of: readonly Recipe[] = recipes): Recipe[] {
  const wanted = new Set(references.map(fullReference));
  const made = new Set(of.flatMap(({ names }) => names));
  const absent = [...wanted].filter((name) => !made.has(name));
  if (absent.length > 0)
    throw new ImageError(
      `${absent.join(", ")}: no registry gave ${absent.length === 1 ? "this image" : "these images"}, and there is no recipe here. Take out of the declarations what asks for it, or name a version that docs/local-images.md lists, or a registry with --mirror.`,
    );
  return of.filter(({ names }) => names.some((name) => wanted.has(name)));
}
