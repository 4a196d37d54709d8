import { existsSync } from "node:fs";
import yaml from "js-yaml";
import type * as z from "zod";
import { date } from "../declaration/date.ts";
import { line } from "../declaration/line.ts";
import { type Loaded, loadYaml } from "../declaration/load.ts";
import { named, section } from "../declaration/section.ts";
import { inStacks } from "../declaration/stacks.ts";
import { Refusal, written } from "../declaration/written.ts";
import { digestPattern, parseReference, referenceText } from "./reference.ts";
import { upstreamReference } from "./upstream-reference.ts";

/** The file beside the declarations with builds that all communes of a repository share: older toolkits wrote it, and it is read. */
export const lockFile = "images.lock.yaml";

function digest() {
  return written<string>({
    title: "digest",
    noun: "a digest",
    example: `sha256:${"0123456789abcdef".repeat(4)}`,
    pattern: digestPattern,
    maximumLength: 71,
    read: (text) =>
      digestPattern.test(text) ? text : new Refusal("is not sha256: and 64 digits from 0 to f"),
  });
}

/** One image as it was read from its registry. */
const lockedSection = section({
  digest: digest().describe("Of the index: one for all kinds of machines, and what pods name."),
  platforms: named(
    line({ maximumLength: 40, example: "linux/amd64" }),
    digest(),
    "kinds of machines",
  ).describe("Kinds of machines that it is for, each with the digest of its own manifest."),
  read: date().describe("Day on which this digest was first read."),
  from: line({ maximumLength: 300, example: "docker.io" }).describe("Registry, or mirror, that said it."),
  licence: line({ maximumLength: 100, example: "PostgreSQL" }).describe("SPDX identifier of the software."),
  source: line({ maximumLength: 300, example: "https://github.com/nextcloud/server" }).describe(
    "Where its source is read.",
  ),
});

/** Builds by image, in a lock. */
export const lockedImages = () => named(upstreamReference(), lockedSection, "images");

/** `stacks/images.lock.yaml`. */
const lockSchema = section({ images: lockedImages() });

export type LockedImage = z.output<typeof lockedSection>;

/** Locked build of each image, by the reference under which the program declares it. */
export type ImageLock = Readonly<Record<string, LockedImage>>;

/** Loads `stacks/images.lock.yaml`, which older toolkits wrote; undefined if there is no such file. */
export function loadLock(stacks: string): Loaded<z.output<typeof lockSchema>> | undefined {
  const file = inStacks(stacks, lockFile);
  return existsSync(file) ? loadYaml(file, lockSchema) : undefined;
}

/** Returns the text of a lock's images, in the order of their names: the same images give the same text. */
export function lockText(lock: ImageLock): string {
  const images = Object.fromEntries(
    Object.entries(lock).sort(([one], [other]) => one.localeCompare(other, "en")),
  );
  return yaml.dump({ images }, { lineWidth: -1, noRefs: true });
}

/** A reference with the digest that was locked for it; as it is where none was, or where it names one itself. */
export function pinned(text: string, lock: ImageLock): string {
  const asked = parseReference(text);
  const locked = lock[referenceText(asked)];
  return asked.digest === undefined && locked ? referenceText({ ...asked, digest: locked.digest }) : text;
}
