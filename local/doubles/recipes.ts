import type { Recipe } from "../images/recipe.ts";
import { mastodonRecipes } from "./mastodon/recipe.ts";
import { nextcloudRecipes } from "./nextcloud/recipe.ts";
import { peertubeRecipes } from "./peertube/recipe.ts";

/** The doubles of applications: images under upstream names with software of this project inside. */
export const doubles: readonly Recipe[] = [...nextcloudRecipes, ...mastodonRecipes, ...peertubeRecipes];
