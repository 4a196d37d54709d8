import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { labels } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { suite } from "./images.ts";
import { dpkgSettings, excluded, layerScript } from "./layer.ts";
import type { Recipe, RecipeFile } from "./recipe.ts";

/** Raised when the form of what a build writes changes, so that older results are not taken for new ones. */
const form = 2;

function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 24);
}

/** The keys of a recipe's layers and of its archive. Equal recipes over equal files have equal keys. */
export interface Keys {
  base: string;
  packages: string | undefined;
  files: string | undefined;
  image: string;
}

async function contents(path: string): Promise<unknown> {
  if (!(await stat(path)).isDirectory()) {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }
  // One after the other: a source can have more files than a process may open at once.
  const found: [string, unknown][] = [];
  for (const name of (await readdir(path)).sort()) found.push([name, await contents(join(path, name))]);
  return found;
}

async function fileKey(file: RecipeFile, sources: string): Promise<unknown> {
  if (file.bundle !== undefined) return [file, digest(await bundle(file.bundle, sources))];
  return [file, file.source === undefined ? null : await contents(join(sources, file.source))];
}

/** The keys of a recipe, wherever its sources are. `script` is given by tests. */
export async function keysOf(recipe: Recipe, script = layerScript): Promise<Keys> {
  const base = digest({ form, suite, dpkgSettings, excluded });
  const packages =
    recipe.layer && digest({ base, script: await readFile(script, "utf8"), layer: recipe.layer });
  const files =
    recipe.files.length > 0
      ? digest({ form, files: await Promise.all(recipe.files.map((file) => fileKey(file, recipe.sources))) })
      : undefined;
  const { names, double, config } = recipe;
  return {
    base,
    packages,
    files,
    image: digest({ form, base, packages, files, names, labels: labels(double), config }),
  };
}
