import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
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

/** Folder of tests and their fixtures. */
const tests = "test/";

const within = (folder: string, path: string) => path.startsWith(folder === "." ? "" : `${folder}/`);

/**
 * Returns the fixtures that a test file imports and, where its subject counts, the files of the product which these import
 * themselves, with all that those have in their own folder.
 */
function importedBy(file: string, subject: boolean, inputs: Metafile["inputs"]): Set<string> {
  const fixtures = new Set([file]);
  const found = new Set([file]);
  const follow = (path: string, folder: string) => {
    found.add(path);
    for (const next of inputs[path]?.imports ?? [])
      if (!next.external && !found.has(next.path) && within(folder, next.path)) follow(next.path, folder);
  };
  for (const fixture of fixtures)
    for (const { path, external } of inputs[fixture]?.imports ?? []) {
      if (external) continue;
      if (path.startsWith(tests)) fixtures.add(path);
      else if (subject) follow(path, dirname(path));
    }
  return new Set([...fixtures, ...found]);
}

/** Returns what lies in `pod/` beside a file: scripts in other languages, which it reads. */
const scriptsBeside = (root: string, path: string) => filesBelow(root, join(dirname(path), "pod"));

/**
 * Returns what each test file is made of: its fixtures, what it is about where that counts, the folder that bears its name,
 * and what its project has beside that.
 */
export function inputsOf(
  root: string,
  files: readonly { file: string; subject: boolean; beside: readonly string[] }[],
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
    files.map(({ file, subject, beside }) => {
      const imported = [...importedBy(file, subject, metafile.inputs)];
      const around = [file.replace(/\.test\.ts$/, ""), ...beside].flatMap((path) => filesBelow(root, path));
      return [
        file,
        [...new Set([...imported, ...imported.flatMap((path) => scriptsBeside(root, path)), ...around])],
      ];
    }),
  );
}
