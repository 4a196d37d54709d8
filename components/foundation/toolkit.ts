import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let root: string | undefined;

/**
 * Absolute path of a file of this toolkit, by its path from the folder that holds `components/`: a checkout, or the
 * package, which has the same layout. Compiled modules are below that folder too, at another depth than their sources. The
 * files of a commune are in its repository (repository.ts).
 */
export function toolkitFile(path: string): string {
  root ??= holderOf("components", dirname(fileURLToPath(import.meta.url)));
  return join(root, path);
}

/** The nearest folder, from one upwards, that has something of that name in it. */
function holderOf(name: string, folder: string): string {
  if (existsSync(join(folder, name))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`No folder above ${import.meta.url} holds ${name}/.`);
  return holderOf(name, above);
}
