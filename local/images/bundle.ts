import { isAbsolute, join, relative } from "node:path";
import { build, type Message } from "esbuild";
import { ImageError } from "./host.ts";

/**
 * What the CommonJS packages inside a bundle expect of Node. On the global object, so that a package that
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

/** Bundles that are being made: several recipes ask for the same one at the same time. */
const underWay = new Map<string, Promise<string>>();

/**
 * A TypeScript entry below `sources` and all that it imports, as the text of one ES module for Node 20.
 * The same sources and packages give the same text in every checkout. Needs no network. Throws ImageError.
 */
export function bundle(entry: string, sources: string): Promise<string> {
  const path = join(sources, entry);
  const known = underWay.get(path);
  if (known) return known;
  const made = make(entry, sources).finally(() => underWay.delete(path));
  underWay.set(path, made);
  return made;
}

async function make(entry: string, sources: string): Promise<string> {
  try {
    const result = await build({
      entryPoints: [join(sources, entry)],
      absWorkingDir: sources,
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      target: "node20",
      banner: { js: commonJsBanner },
      logLevel: "silent",
    });
    return result.outputFiles[0]?.text ?? "";
  } catch (error) {
    throw new ImageError(`bundling local/images/${entry} failed: ${firstProblem(error, sources)}`);
  }
}

/** esbuild's own first message with its place; whatever else was thrown, as it is. */
function firstProblem(error: unknown, sources: string): string {
  const problems = (error as { errors?: Message[] }).errors;
  const first = problems?.[0];
  if (!first) return String(error);
  const { text, location } = first;
  if (!location) return text;
  const file = isAbsolute(location.file) ? relative(sources, location.file) : location.file;
  return `${text} (${file}:${location.line})`;
}
