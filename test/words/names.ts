import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A name that several modules export, with the modules. */
export interface Shared {
  name: string;
  files: string[];
}

const declaration = /^export (?:async )?(?:function|const|let|class|interface|type) (\w+)/gm;

/**
 * Returns the names that several modules export, the most frequent first. A value that files of one name export in several
 * folders, such as `images` of `images.ts`, is a convention and left out; a type is not.
 */
export function sharedNames(modules: Readonly<Record<string, string>>): Shared[] {
  const files = new Map<string, string[]>();
  for (const [file, text] of Object.entries(modules))
    for (const [, name = ""] of text.matchAll(declaration))
      files.set(name, [...(files.get(name) ?? []), file]);
  return [...files]
    .map(([name, all]) => ({ name, files: [...new Set(all)] }))
    .filter(({ name, files: all }) => {
      const isConvention = /^[a-z]/.test(name) && new Set(all.map((file) => basename(file))).size === 1;
      return all.length > 1 && !isConvention;
    })
    .sort((one, other) => other.files.length - one.files.length || one.name.localeCompare(other.name));
}

/** Reads the product's modules: path below the checkout, and text. */
export function modulesIn(root: string): Record<string, string> {
  const folders = ["audit", "components", "local", "policies", "programs", "scripts"];
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path}`)
      .filter((path) => path.endsWith(".ts") && !path.includes("node_modules")),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
