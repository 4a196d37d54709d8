import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { cacheFolder } from "../paths.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { pauseImage } from "./configuration.ts";
import type { LocalImage } from "./images.ts";

/** The programs of each image that is nothing but static programs; the first one is what it runs. */
const specifications = {
  pause: ["pause"],
  coredns: ["coredns"],
  traefik: ["traefik"],
  "local-path-provisioner": ["local-path-provisioner", "volume"],
} as const;

/** A static image by name: what pods refer to it by, and what the cluster imports. */
export type StaticImages = Record<keyof typeof specifications, LocalImage & { reference: string }>;

/** Packs the static images, each into an OCI archive in the cache, unless their programs are unchanged. */
export async function buildStaticImages(toolchain: Toolchain): Promise<StaticImages> {
  const folder = join(cacheFolder(), "images", "static");
  mkdirSync(folder, { recursive: true });
  const image = (name: keyof typeof specifications) => buildStaticImage(folder, name, toolchain);
  return {
    pause: await image("pause"),
    coredns: await image("coredns"),
    traefik: await image("traefik"),
    "local-path-provisioner": await image("local-path-provisioner"),
  };
}

async function buildStaticImage(folder: string, name: keyof typeof specifications, toolchain: Toolchain) {
  const files = specifications[name].map((program) => ({ program, path: toolchain.bin(program) }));
  const digest = keyOf(files);
  // A changed program must roll the pods that run it, so that the tag says which one it is.
  const reference = name === "pause" ? pauseImage : `commune.local/${name}:${digest.slice(0, 12)}`;
  const archive = join(folder, `${name}-${digest.slice(0, 12)}.tar`);
  if (!existsSync(archive)) {
    await pack(folder, archive, reference, files);
    for (const old of readdirSync(folder).filter((file) => file.startsWith(`${name}-`))) {
      if (join(folder, old) !== archive) rmSync(join(folder, old));
    }
  }
  return { names: [reference], reference, archive, digest };
}

interface ProgramFile {
  program: string;
  path: string;
}

/** Programs are never changed in place: size and time tell two builds apart without reading 200 MB. */
function keyOf(files: ProgramFile[]): string {
  const hash = createHash("sha256");
  for (const { program, path } of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`\0${program}\0${size}\0${mtimeMs}`);
  }
  return hash.digest("hex");
}

/** Writes an OCI image layout with one layer (https://github.com/opencontainers/image-spec) as one archive. */
async function pack(folder: string, archive: string, reference: string, files: ProgramFile[]): Promise<void> {
  const work = mkdtempSync(join(folder, "pack-"));
  try {
    const root = join(work, "root");
    const blobs = join(work, "layout", "blobs", "sha256");
    mkdirSync(join(root, "tmp"), { recursive: true });
    mkdirSync(blobs, { recursive: true });
    chmodSync(join(root, "tmp"), 0o1777);
    for (const { program, path } of files) {
      copyFileSync(path, join(root, program));
      chmodSync(join(root, program), 0o755);
    }
    const layerFile = join(work, "layer.tar");
    await tar(layerFile, root);
    const layer = await addBlob(blobs, layerFile, "application/vnd.oci.image.layer.v1.tar");
    const config = writeBlob(blobs, "application/vnd.oci.image.config.v1+json", {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { Entrypoint: [`/${files[0]?.program}`], Env: ["PATH=/"], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    });
    const manifestType = "application/vnd.oci.image.manifest.v1+json";
    const manifest = writeBlob(blobs, manifestType, {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: [layer],
    });
    const annotations = { "io.containerd.image.name": reference };
    writeFileSync(join(work, "layout", "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(
      join(work, "layout", "index.json"),
      JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
    );
    const whole = join(work, "image.tar");
    await tar(whole, join(work, "layout"));
    renameSync(whole, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

async function addBlob(blobs: string, file: string, mediaType: string): Promise<Descriptor> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest("hex");
  const { size } = statSync(file);
  renameSync(file, join(blobs, digest));
  return { mediaType, digest: `sha256:${digest}`, size };
}

function writeBlob(blobs: string, mediaType: string, value: unknown): Descriptor {
  const content = JSON.stringify(value);
  const digest = createHash("sha256").update(content).digest("hex");
  writeFileSync(join(blobs, digest), content);
  return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(content) };
}

/** The same folder always gives the same archive. */
async function tar(archive: string, folder: string): Promise<void> {
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await execa("tar", [...same, "-C", folder, "-cf", archive, "."]);
}
