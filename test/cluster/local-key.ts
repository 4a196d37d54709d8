import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { buildSync } from "esbuild";
import { checkout } from "../../local/paths.ts";
import { ofTheLocalCluster } from "./projects.ts";

/** What those tests depend on without importing it: sources of programs and images, and the packages that they are made with. */
const beside = [
  "local",
  "test/doubles",
  "test/cluster/plugins",
  "test/cluster/setup.ts",
  "test/cluster/shared.ts",
  "package-lock.json",
  "vitest.config.ts",
];

function filesBelow(path: string): string[] {
  if (statSync(join(checkout, path)).isFile()) return [path];
  return readdirSync(join(checkout, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(checkout, join(entry.parentPath, entry.name)));
}

/** One name for everything that the tests of the local cluster alone are made of: their imports and what is beside them. */
export function localKey(): string {
  const { metafile } = buildSync({
    absWorkingDir: checkout,
    entryPoints: ofTheLocalCluster.flatMap(filesBelow).filter((file) => file.endsWith(".test.ts")),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    outdir: "unwritten",
    metafile: true,
  });
  const files = new Set([...Object.keys(metafile.inputs), ...beside.flatMap(filesBelow)]);
  const hash = createHash("sha256");
  for (const file of [...files].sort()) hash.update(`\0${file}\0`).update(readFileSync(join(checkout, file)));
  return hash.digest("hex").slice(0, 16);
}
