import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleOptions, bundleProblem } from "../../components/foundation/program/bundle.ts";
import { ImageError } from "./host.ts";

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

/** Path of an entry's bundle, which the package has instead of sources: these need packages that no commune needs. */
export const packedBundle = (entry: string, sources: string) =>
  join(sources, entry.replace(/\.ts$/, ".packed.mjs"));

async function make(entry: string, sources: string): Promise<string> {
  const packed = packedBundle(entry, sources);
  if (existsSync(packed)) return readFile(packed, "utf8");
  try {
    const result = await build(bundleOptions(entry, sources));
    return result.outputFiles[0]?.text ?? "";
  } catch (error) {
    throw new ImageError(`bundling ${entry} of a local image failed: ${bundleProblem(error, sources)}`);
  }
}
