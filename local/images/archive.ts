import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type Layer, layerFile, record, type Workshop } from "./layer.ts";
import type { ImageConfig } from "./recipe.ts";

/** An image of the local cluster. */
export interface Image {
  /** The upstream references that it answers to, fully qualified. */
  names: string[];
  /** Absolute path of an OCI archive (linux/amd64) for `ctr images import`, which makes every name. */
  archive: string;
  /** The manifest's digest (`sha256:…`): what containerd shows as the image's target. */
  digest: string;
  /** True when the software inside is not the upstream software. */
  double: boolean;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";
const layerType = "application/vnd.oci.image.layer.v1.tar+zstd";

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
export function imageConfiguration(config: ImageConfig, layers: Layer[], double: boolean): object {
  return {
    architecture: "amd64",
    os: "linux",
    config: {
      ...config,
      ExposedPorts: set(config.ExposedPorts),
      Volumes: set(config.Volumes),
      Labels: { "cloud.commune.local": double ? "double" : "debian" },
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${layer.diffId}`) },
    history: layers.map(() => ({ created_by: "commune-cloud local/images" })),
  };
}

/** The image recorded under this key, if its archive is still there. */
export async function storedImage(key: string, store: string): Promise<Image | undefined> {
  const file = join(store, "archives", `${key}.json`);
  if (!existsSync(file)) return undefined;
  const { names, digest, double } = JSON.parse(await readFile(file, "utf8")) as Image;
  const archive = join(store, "archives", `${key}.tar`);
  return existsSync(archive) ? { names, archive, digest, double } : undefined;
}

/** One layer of an image: its key in the store and what it is. */
export interface KeyedLayer {
  key: string;
  layer: Layer;
}

/**
 * Writes an OCI archive into the store: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 * Each name is an index entry of its own, with the annotation that containerd names images by on import.
 */
export async function writeArchive(
  key: string,
  image: { names: string[]; double: boolean; config: ImageConfig },
  layers: KeyedLayer[],
  shop: Workshop,
): Promise<Image> {
  const configuration = blob(
    imageConfiguration(
      image.config,
      layers.map(({ layer }) => layer),
      image.double,
    ),
  );
  const manifest = blob({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: `sha256:${configuration.digest}`, size: configuration.size },
    layers: layers.map(({ layer }) => ({
      mediaType: layerType,
      digest: `sha256:${layer.digest}`,
      size: layer.size,
    })),
  });
  const layout = join(shop.work, `archive-${key}`);
  const blobs = join(layout, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(
    join(layout, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      manifests: image.names.map((name) => ({
        mediaType: manifestType,
        digest: `sha256:${manifest.digest}`,
        size: manifest.size,
        platform: { architecture: "amd64", os: "linux" },
        annotations: {
          "io.containerd.image.name": name,
          "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
        },
      })),
    }),
  );
  await writeFile(join(blobs, configuration.digest), configuration.text);
  await writeFile(join(blobs, manifest.digest), manifest.text);
  for (const { key: layerKey, layer } of layers)
    await link(layerFile(layerKey, shop), join(blobs, layer.digest));
  const draft = `${layout}.tar`;
  const archive = join(shop.store, "archives", `${key}.tar`);
  await execa("tar", ["--create", "--sort=name", "--file", draft, "--directory", layout, "."], {
    cancelSignal: shop.signal,
  });
  await rename(draft, archive);
  await rm(layout, { recursive: true });
  const made: Image = {
    names: image.names,
    archive,
    digest: `sha256:${manifest.digest}`,
    double: image.double,
  };
  const packages = Object.assign({}, ...layers.map(({ layer }) => layer.packages)) as Layer["packages"];
  await record(join(shop.store, "archives", `${key}.json`), { ...made, packages }, shop);
  return made;
}
