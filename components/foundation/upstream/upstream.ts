import { loadYaml } from "../declaration/load.ts";
import { DeclarationError } from "../declaration/problem.ts";
import { repositoryOf } from "../image/catalogue.ts";
import { toolkitFile } from "../toolkit.ts";
import { type Upstream, upstreamSchema } from "./schema.ts";

/** Path of the toolkit's own knowledge of upstream's versions (docs/updates.md). */
const upstreamFile = toolkitFile("components/foundation/upstream/upstream.yaml");

/** Upstream's statements about each piece of software, by its name. */
export type Knowledge = Readonly<Record<string, Upstream>>;

/** Returns what a file knows of upstream's versions. Throws DeclarationError with the place of everything that is wrong. */
export function readKnowledge(file = upstreamFile): Knowledge {
  const read = loadYaml(file, upstreamSchema);
  if (!read.ok) throw new DeclarationError(read.problems);
  return read.declaration.software;
}

/** Returns what is known of the software of an image, whatever its tag or digest; undefined if nothing is. */
export function upstreamOf(reference: string, knowledge: Knowledge): Upstream | undefined {
  const repository = repositoryOf(reference);
  return Object.values(knowledge).find(({ repositories }) => repositories.includes(repository));
}

/** Returns the version in the tag of an image: `33.0.7` of `nextcloud:33.0.7-fpm`. A version may have hyphens of its own: `2024-02-06b`. */
export function versionIn(reference: string): string {
  return reference
    .replace(/@.*$/, "")
    .replace(/^.*:v?/, "")
    .replace(/-[a-z].*$/, "");
}
