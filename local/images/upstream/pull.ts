import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { parseReference, referenceText } from "../../../components/foundation/image/reference.ts";
import type { RawManifest, Registries } from "../../../components/foundation/image/registry/index.ts";
import {
  type Descriptor,
  indexSchema,
  indexTypes,
  manifestSchema,
  platformsIn,
} from "../../../components/foundation/image/registry/manifest.ts";
import type { Image } from "../archive.ts";
import { ImageError } from "../host.ts";
import { record } from "../layer.ts";
import { type LayoutBlob, writeLayout } from "../oci.ts";
import type { Workshop } from "../workshop.ts";
import { blobFile, blobFolder, bringBlob, type Wanted } from "./blobs.ts";

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Platform of images that run on this machine: `linux/amd64`. */
const platform = `linux/${architectures[process.arch] ?? process.arch}`;

const archiveOf = (digest: string, store: string) =>
  join(store, "archives", `upstream-${digest.slice("sha256:".length)}`);

/** Returns the last pulled image of a reference; undefined if its archive is gone. */
export async function pulledImage(reference: string, store: string): Promise<Image | undefined> {
  const file = join(store, "archives", `upstream-${encodeURIComponent(reference)}.json`);
  if (!existsSync(file)) return undefined;
  const { digest } = JSON.parse(await readFile(file, "utf8")) as { digest: string };
  return imageAt(reference, digest, store);
}

function imageAt(reference: string, digest: string, store: string): Image | undefined {
  const archive = `${archiveOf(digest, store)}.tar`;
  return existsSync(archive) ? { names: [reference], archive, digest, contents: "upstream" } : undefined;
}

/**
 * The upstream image of a reference, for this machine: from the cache when it has that build, else from the registry.
 *
 * @param locked digest of the build to have; what the registry has under the tag now when absent.
 * @param report called with how much of it has arrived.
 */
export async function pullImage(
  reference: string,
  locked: string | undefined,
  registries: Registries,
  shop: Workshop,
  report: (part: string) => void,
): Promise<Image> {
  const asked =
    locked === undefined
      ? reference
      : referenceText({ ...parseReference(reference), tag: undefined, digest: locked });
  const known = locked === undefined ? undefined : imageAt(reference, locked, shop.store);
  if (known) return known;
  const top = await registries.manifest(asked);
  const image =
    imageAt(reference, top.digest, shop.store) ?? (await bring(reference, top, registries, shop, report));
  await record(
    join(shop.store, "archives", `upstream-${encodeURIComponent(reference)}.json`),
    { digest: top.digest },
    shop,
  );
  return image;
}

async function bring(
  reference: string,
  top: RawManifest,
  registries: Registries,
  shop: Workshop,
  report: (part: string) => void,
): Promise<Image> {
  await mkdir(blobFolder(shop.store), { recursive: true });
  const { repository, registry } = parseReference(reference);
  const at = (digest: string) => `${registry}/${repository}@${digest}`;
  const manifest = await forThisMachine(top, (digest) => registries.manifest(at(digest)));
  const { config, layers } = manifestSchema.parse(JSON.parse(manifest.bytes.toString("utf8")));
  // An image may have the same layer twice.
  const wanted = [...new Map([config, ...layers].map((each) => [each.digest, each])).values()];
  await bringAll(reference, wanted, registries, shop, report);
  const blobs: LayoutBlob[] = [
    ...[top, manifest].map(({ digest, bytes }) => ({ digest, bytes })),
    ...wanted.map(({ digest }) => ({ digest, file: blobFile(digest, shop.store) })),
  ];
  const archive = `${archiveOf(top.digest, shop.store)}.tar`;
  const entry = { mediaType: top.mediaType, digest: top.digest, size: top.bytes.length };
  const draft = await writeLayout(
    { entries: [{ ...entry, name: reference }], blobs },
    shop.work,
    shop.signal,
  );
  await rename(draft, archive);
  return { names: [reference], archive, digest: top.digest, contents: "upstream" };
}

/** The manifest for this machine: the one given, or the one that the index names. */
async function forThisMachine(
  top: RawManifest,
  read: (digest: string) => Promise<RawManifest>,
): Promise<Pick<RawManifest, "digest" | "bytes">> {
  if (!indexTypes.some((type) => type === top.mediaType)) return top;
  const index = platformsIn(indexSchema.parse(JSON.parse(top.bytes.toString("utf8"))));
  const own = index[platform];
  if (own === undefined)
    throw new ImageError(
      `${top.from} has no build of it for ${platform}, only for ${Object.keys(index).join(", ")}.`,
    );
  return read(own.digest);
}

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);

/** All pieces of an image, three at a time. Where one cannot be had, no further one is begun. */
async function bringAll(
  reference: string,
  wanted: readonly Descriptor[],
  registries: Registries,
  shop: Workshop,
  report: (part: string) => void,
): Promise<void> {
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let here = 0;
  const arrived = (bytes: number) => {
    const before = mebibytes(here);
    here += bytes;
    if (mebibytes(here) !== before) report(`${mebibytes(here)} of ${mebibytes(total)} MiB`);
  };
  const waiting: Wanted[] = [...wanted];
  const one = async () => {
    try {
      for (let next = waiting.shift(); next; next = waiting.shift())
        await bringBlob(reference, next, registries, shop, arrived);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const ended = await Promise.allSettled([one(), one(), one()]);
  const failed = ended.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}
