import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { compilerFlags, linkerFlags } from "./go.ts";
import type { GoModule, ProgramGroup } from "./programs.ts";

/**
 * The name of a group's folder in the cache: it changes with the module's go.mod and go.sum, what replaces others, the
 * Go version, the compiler's and linker's flags and the machine's architecture, and for our own programs with every
 * source file that is built.
 */
export function keyOf(module: GoModule, group: ProgramGroup, goVersion: string): string {
  const hash = createHash("sha256");
  const flags = [compilerFlags, linkerFlags(module), ...(module.flags ?? [])];
  hash.update(JSON.stringify([goVersion, process.arch, flags, group.programs]));
  const files = [
    join(module.folder, "go.mod"),
    join(module.folder, "go.sum"),
    ...sourcesIn(join(module.folder, module.replacements)),
    ...(group.sources === undefined ? [] : sourcesIn(join(module.folder, group.sources))),
  ];
  for (const file of files) {
    if (!existsSync(file)) continue;
    hash.update(`\0${relative(module.folder, file)}\0`).update(readFileSync(file));
  }
  return `${group.name}-${hash.digest("hex").slice(0, 16)}`;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(\.go|go\.mod)$/.test(entry.name) && !/_test\.go$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
