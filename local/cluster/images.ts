import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import {
  digestPattern,
  fullReference,
  parseReference,
  referenceText,
} from "../../components/foundation/image/reference.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { writeJson } from "./files.ts";
import { rootInside } from "./supervisor.ts";

/** One image to have in the cluster: the references pods may use, an OCI archive, and a digest of its content. */
export interface LocalImage {
  names: string[];
  archive: string;
  digest: string;
}

/** A containerd whose images are kept: its socket as a path on the host, and the file with those that were imported. */
export interface ImageStore {
  socket: string;
  imported: string;
}

/**
 * Imports what is not there yet, one image at a time, and gives each all of its names. An image whose digest was
 * imported before and whose names are all present is left alone.
 */
export async function importImages(
  { socket, imported: file }: ImageStore,
  toolchain: Toolchain,
  images: readonly LocalImage[],
  report: (line: string) => void,
): Promise<void> {
  const ctr = (...args: string[]) =>
    execa(toolchain.bin("ctr"), ["--address", socket, "--namespace", "k8s.io", ...args]);
  const imported = readImported(file);
  const present = new Set((await ctr("images", "ls", "-q")).stdout.split("\n"));
  for (const [index, image] of images.entries()) {
    const [name, ...others] = namesOf(image);
    if (!name) throw new Error(`image ${image.archive} has no name; give at least one reference.`);
    if ([name, ...others].every((each) => present.has(each) && imported[each] === image.digest)) continue;
    report(`importing ${index + 1} of ${images.length}: ${name}`);
    // The archive says its names itself, and only a local import listens.
    await ctr("images", "import", "--local", image.archive);
    for (const other of others) await ctr("images", "tag", "--force", name, other);
    const named = Object.fromEntries([name, ...others].map((each) => [each, image.digest]));
    // Read anew: two processes may import into one cluster at the same time.
    writeJson(file, { ...readImported(file), ...named });
  }
}

/** Every name of an image, that by its digest among them: pods may name it so. */
function namesOf({ names, digest }: LocalImage): string[] {
  const full = names.map(fullReference);
  const pinned = full.map((each) => referenceText({ ...parseReference(each), tag: undefined, digest }));
  return [...full, ...(digestPattern.test(digest) ? new Set(pinned) : [])];
}

/**
 * The socket of a machine's containerd as a path on the host.
 *
 * @param first process of the machine's namespaces.
 */
export const containerdSocket = (first: number): string =>
  join(rootInside(first), "run/containerd/containerd.sock");

function readImported(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}
