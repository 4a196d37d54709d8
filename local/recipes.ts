import { doubles } from "../test/doubles/recipes.ts";
import { repackaged } from "./images/images.ts";
import type { Recipe } from "./images/recipe.ts";

/** Every local image: all that the program declares by default, and the versions that a declaration may ask for. */
export const recipes: readonly Recipe[] = [...repackaged, ...doubles];

/** The references that they answer to. */
export const everyReference: readonly string[] = recipes.flatMap(({ names }) => names);
