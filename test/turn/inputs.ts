import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { buildSync, type Metafile } from "esbuild";

/** Returns the files below a path of a project, itself where it is one; none where it is not there. */
function filesBelow(root: string, path: string): string[] {
  const from = join(root, path);
  if (!existsSync(from)) return [];
  if (statSync(from).isFile()) return [path];
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importedBy(file: string, inputs: Metafile["inputs"]): Set<string> {
  const found = new Set([file]);
  for (const each of found) for (const { path } of inputs[each]?.imports ?? []) found.add(path);
  return found;
}

/**
 * Returns what each test file is made of: what it imports, below the given folders, the folder that bears its name, and
 * what its project has beside that.
 */
export function inputsOf(
  root: string,
  files: readonly { file: string; own: readonly string[]; beside: readonly string[] }[],
): Map<string, string[]> {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: files.map(({ file }) => file),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    outdir: "unwritten",
    logLevel: "silent",
    loader: { ".node": "empty" },
    metafile: true,
  });
  return new Map(
    files.map(({ file, own, beside }) => {
      const imported = [...importedBy(file, metafile.inputs)].filter((path) =>
        own.some((folder) => path.startsWith(folder)),
      );
      const around = [file.replace(/\.test\.ts$/, ""), ...beside].flatMap((path) => filesBelow(root, path));
      return [file, [...new Set([file, ...imported, ...around])]];
    }),
  );
}
