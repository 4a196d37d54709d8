import { createHash } from "node:crypto";
import { link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { ImageConfig } from "./recipe.ts";

/** A layer that lies on the disk as a blob: a tar, or one packed with zstd. Digests are sha256 in hexadecimal. */
interface LayerBlob {
  file: string;
  packed: boolean;
  digest: string;
  size: number;
  /** Digest of the tar before compression. */
  diffId: string;
}

/** Contents of an archive: one image for linux/amd64 under its names. */
export interface OciImage {
  names: readonly string[];
  config: ImageConfig;
  labels: Readonly<Record<string, string>>;
  layers: readonly LayerBlob[];
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";
const layerType = "application/vnd.oci.image.layer.v1.tar";
const platform = { architecture: "amd64", os: "linux" };

interface Blob {
  digest: string;
  size: number;
  text: string;
}

function blob(content: unknown): Blob {
  const text = JSON.stringify(content);
  return { text, size: Buffer.byteLength(text), digest: createHash("sha256").update(text).digest("hex") };
}

function set(paths: string[] | undefined): Record<string, object> | undefined {
  return paths && Object.fromEntries(paths.map((path) => [path, {}]));
}

/** The OCI image configuration: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
export function imageConfiguration({ config, labels, layers }: Omit<OciImage, "names">): object {
  return {
    ...platform,
    config: {
      ...config,
      ExposedPorts: set(config.ExposedPorts),
      Volumes: set(config.Volumes),
      Labels: labels,
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: layers.map(() => ({ created_by: "commune-cloud" })),
  };
}

/**
 * Writes an OCI archive in one step: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 * Each name is an index entry of its own, with the annotation that containerd names images by on import. Equal images
 * give equal archives. `work` is a folder on the same disk as the layers, which are linked into it.
 *
 * @returns the manifest's digest, `sha256:…`.
 */
export async function writeOciArchive(
  archive: string,
  image: OciImage,
  work: string,
  signal?: AbortSignal,
): Promise<string> {
  const configuration = blob(imageConfiguration(image));
  const manifest = blob({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: `sha256:${configuration.digest}`, size: configuration.size },
    layers: image.layers.map(({ packed, digest, size }) => ({
      mediaType: packed ? `${layerType}+zstd` : layerType,
      digest: `sha256:${digest}`,
      size,
    })),
  });
  const texts = [configuration, manifest].map(({ digest, text }) => ({
    digest: `sha256:${digest}`,
    bytes: Buffer.from(text),
  }));
  const layers = image.layers.map(({ digest, file }) => ({ digest: `sha256:${digest}`, file }));
  const own = { mediaType: manifestType, digest: `sha256:${manifest.digest}`, size: manifest.size, platform };
  const entries = image.names.map((name) => ({ ...own, name }));
  await rename(await writeLayout({ entries, blobs: [...texts, ...layers] }, work, signal), archive);
  return `sha256:${manifest.digest}`;
}

/** A piece of an image: bytes, or a file on the same disk. */
export type LayoutBlob = { digest: string } & ({ bytes: Buffer } | { file: string });

/** Contents of an OCI layout: images by name, and every piece of them. Digests are `sha256:…`. */
export interface OciLayout {
  entries: readonly { name: string; mediaType: string; digest: string; size: number; platform?: object }[];
  blobs: readonly LayoutBlob[];
}

/**
 * Writes an OCI layout as a tar in `work`, for the caller to move to its place in one step. Each name is an index entry
 * of its own, with the annotation that containerd names images by on import.
 *
 * @returns the file.
 */
export async function writeLayout(
  { entries, blobs }: OciLayout,
  work: string,
  signal?: AbortSignal,
): Promise<string> {
  const manifests = entries.map(({ name, mediaType, digest, size, platform: built }) => ({
    mediaType,
    digest,
    size,
    ...(built && { platform: built }),
    annotations: {
      "io.containerd.image.name": name,
      "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
    },
  }));
  const layout = join(work, `layout-${(entries[0]?.digest ?? "").replace("sha256:", "")}`);
  const folder = join(layout, "blobs", "sha256");
  await mkdir(folder, { recursive: true });
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  for (const blob of blobs) {
    const place = join(folder, blob.digest.replace("sha256:", ""));
    if ("bytes" in blob) await writeFile(place, blob.bytes);
    else await link(blob.file, place);
  }
  const draft = `${layout}.tar`;
  await tar(draft, layout, signal);
  await rm(layout, { recursive: true });
  return draft;
}

/** A folder as a tar that does not depend on who made it, nor when. */
export async function tar(file: string, folder: string, signal?: AbortSignal): Promise<void> {
  const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await execa("tar", ["--create", ...steady, "--file", file, "--directory", folder, "."], {
    ...(signal && { cancelSignal: signal }),
  });
}
