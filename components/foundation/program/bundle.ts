import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { isAbsolute, join, relative } from "node:path";
import type { BuildOptions, Message } from "esbuild";
import { toolkitFile } from "../toolkit.ts";

/** Folder of this toolkit. */
const root = toolkitFile(".");

const require = createRequire(import.meta.url);

/** Loaded when something is bundled: it takes 40 ms, and a preview finds its programs made (main.js). */
function esbuild(): typeof import("esbuild") {
  return require("esbuild");
}

/** A program that esbuild cannot bundle, told in one sentence with the place. */
class ProgramError extends Error {
  override name = "ProgramError";
}

/**
 * Globals of Node that CommonJS packages inside a bundle expect. They are on the global object, so that a package that
 * declares one of these names for itself does not clash.
 */
const commonJsBanner = [
  'import { createRequire as requireFrom } from "node:module";',
  'import { dirname as folderOf } from "node:path";',
  'import { fileURLToPath as pathOfUrl } from "node:url";',
  "globalThis.require ??= requireFrom(import.meta.url);",
  "globalThis.__filename ??= pathOfUrl(import.meta.url);",
  "globalThis.__dirname ??= folderOf(globalThis.__filename);",
].join("\n");

/**
 * Returns esbuild's options for a TypeScript entry and all that it imports, as one ES module for Node 20 or newer.
 * Paths in the text are relative to `sources`, so that every checkout gives the same one.
 */
export function bundleOptions(
  entry: string,
  sources: string,
): BuildOptions & { write: false; metafile: true } {
  return {
    entryPoints: [join(sources, entry)],
    absWorkingDir: sources,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: commonJsBanner },
    metafile: true,
    // A folder of packages that is a link elsewhere is named as it is here.
    preserveSymlinks: true,
    // What a service is on the side of the stack, which the list of services loads and no pod does (docs/services.md).
    external: ["*/service.ts", "*/service.js"],
    logLevel: "silent",
    // Without it esbuild keeps the comments inside classes.
    minifyWhitespace: true,
  };
}

/** esbuild's own first message with its place; whatever else was thrown, as it is. */
export function bundleProblem(error: unknown, sources: string): string {
  const first = (error as { errors?: Message[] }).errors?.[0];
  if (!first) return String(error);
  const { text, location } = first;
  if (!location) return text;
  const file = isAbsolute(location.file) ? relative(sources, location.file) : location.file;
  return `${text} (${file}:${location.line})`;
}

/** A program as one ES module, and the files that it was made of, below `folder`. */
export interface Bundle {
  text: string;
  files: string[];
}

/**
 * Bundles `programs/<name>/main`, laid out to be read, without comments: a docstring that is rewritten restarts no pod.
 * Throws ProgramError.
 */
export function bundle(name: string, folder = root): Bundle {
  const { metafile, outputFiles } = bundled(name, folder);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  // What is external is there for who loads it later: a program that needs it at once would not start.
  const missing = imports.find(
    ({ path, kind, external }) => external && kind === "import-statement" && !isBuiltin(path),
  );
  if (missing) throw new ProgramError(`programs/${name} imports ${missing.path}, which no pod has.`);
  const { code } = esbuild().transformSync(outputFiles[0]?.text ?? "", { format: "esm", target: "node20" });
  return { text: code, files: Object.keys(metafile.inputs) };
}

function bundled(name: string, folder: string) {
  try {
    return esbuild().buildSync(bundleOptions(`programs/${name}/main`, folder));
  } catch (error) {
    throw new ProgramError(`bundling programs/${name} failed: ${bundleProblem(error, folder)}`);
  }
}

/** Bundle of a program as compile.js made it. */
interface Prepared {
  text: string;
  /** Size and time of change of each of its files, as compile.js saw them. */
  madeOf: Readonly<Record<string, string>>;
}

/** Returns the bundle of a program as compile.js made it last; undefined if a file has changed since. */
function preparedText(name: string): string | undefined {
  const file = join(root, ".local", "program", "programs", `${name}.json`);
  if (!existsSync(file)) return undefined;
  const { text, madeOf } = JSON.parse(readFileSync(file, "utf8")) as Prepared;
  const isAsItWas = Object.entries(madeOf).every(([path, stamp]) => {
    const { size, mtimeMs } = statSync(join(root, path), { throwIfNoEntry: false }) ?? {};
    return `${size} ${mtimeMs}` === stamp;
  });
  return isAsItWas ? text : undefined;
}

const made = new Map<string, string>();

/**
 * The program `programs/<name>/main` as one ES module: what a ConfigMap carries into a pod. The same sources and
 * packages always give the same text. Needs no network; made once per process. Throws ProgramError.
 */
export function bundleProgram(name: string, folder = root): string {
  const path = join(folder, name);
  const text =
    made.get(path) ?? (folder === root ? preparedText(name) : undefined) ?? bundle(name, folder).text;
  made.set(path, text);
  return text;
}
