import { everyImage } from "../../components/commune/images.ts";
import { doubles } from "../../test/doubles/recipes.ts";
import { repackaged } from "./images.ts";
import type { Recipe } from "./recipe.ts";

/** Every local image: all that the program declares by itself, and the versions that a declaration may ask for. */
export const recipes: readonly Recipe[] = [...repackaged, ...doubles];

const declared = new Set<string>(everyImage.map(({ reference }) => reference));

/** The images that a declaration without versions runs. */
export const defaultRecipes: readonly Recipe[] = recipes.filter(({ names }) =>
  names.some((name) => declared.has(name)),
);
