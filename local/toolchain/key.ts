import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { linkerFlags } from "./go.ts";
import type { GoModule } from "./modules.ts";

/**
 * The name of a module's folder in the cache: it changes with its go.mod, its go.sum, the Go version, the linker
 * flags and the machine's architecture, and for our own modules with every source file that is built.
 */
export function keyOf(module: GoModule, goVersion: string): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([goVersion, process.arch, linkerFlags(module), module.programs]));
  for (const file of [join(module.folder, "go.mod"), join(module.folder, "go.sum"), ...sources(module)]) {
    if (!existsSync(file)) continue;
    hash.update(`\0${relative(module.folder, file)}\0`).update(readFileSync(file));
  }
  return `${module.name}-${hash.digest("hex").slice(0, 16)}`;
}

function sources(module: GoModule): string[] {
  if (!module.own) return [];
  return readdirSync(module.folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !entry.name.endsWith("_test.go") && !/^go\.(mod|sum)$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
