import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { sha256 } from "../images/layer.ts";
import { tar, writeOciArchive } from "../images/oci.ts";
import { cacheFolder } from "../paths.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { pauseImage } from "./configuration.ts";
import type { LocalImage } from "./images.ts";

/** The programs of each image that is nothing but static programs; the first one is what it runs. */
const specifications = {
  pause: ["pause"],
  coredns: ["coredns"],
  traefik: ["traefik"],
  volumes: ["volumes"],
} as const;

const dayMs = 24 * 3600_000;

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
    volumes: await image("volumes"),
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
    removeOld(folder, name);
  }
  return { names: [reference], reference, archive, digest };
}

/** Removes archives of an image that are a day old: another checkout may be about to import a newer one. */
function removeOld(folder: string, name: string): void {
  for (const file of readdirSync(folder).filter((each) => each.startsWith(`${name}-`))) {
    const path = join(folder, file);
    if (statSync(path).mtimeMs < Date.now() - dayMs) rmSync(path);
  }
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

/** Writes the programs and a folder for temporary files as an image of one layer. */
async function pack(folder: string, archive: string, reference: string, files: ProgramFile[]): Promise<void> {
  const work = mkdtempSync(join(folder, "pack-"));
  try {
    const root = join(work, "root");
    mkdirSync(join(root, "tmp"), { recursive: true });
    chmodSync(join(root, "tmp"), 0o1777);
    for (const { program, path } of files) {
      copyFileSync(path, join(root, program));
      chmodSync(join(root, program), 0o755);
    }
    const file = join(work, "layer.tar");
    await tar(file, root);
    const digest = await sha256(file);
    const layer = { file, packed: false, digest, diffId: digest, size: statSync(file).size };
    const config = { Entrypoint: [`/${files[0]?.program}`], Env: ["PATH=/"], WorkingDir: "/" };
    await writeOciArchive(archive, { names: [reference], config, labels: {}, layers: [layer] }, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
