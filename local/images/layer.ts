import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import { bundle } from "./bundle.ts";
import { buildGoProgram } from "./go.ts";
import { debianMirror, explain, hostCertificates, hostFetchSettings, ImageError } from "./host.ts";
import { suite } from "./images.ts";
import { extractNpmFile } from "./npm.ts";
import type { PackageLayer, Recipe, RecipeFile } from "./recipe.ts";
import type { Workshop } from "./workshop.ts";

/** A finished layer in the store: what an OCI manifest says about it, and what is in it. */
export interface Layer {
  /** sha256 of the compressed blob. */
  digest: string;
  /** sha256 of the uncompressed tar. */
  diffId: string;
  /** Bytes of the compressed blob. */
  size: number;
  /** The Debian packages in the image up to this layer, with their versions. */
  packages: Record<string, string>;
}

/** The folders of documentation that local images leave out, as dpkg settings. */
export const dpkgSettings = [
  "path-exclude=/usr/share/man/*",
  "path-exclude=/usr/share/locale/*",
  "path-include=/usr/share/locale/locale.alias",
  "path-exclude=/usr/share/doc/*",
  "path-include=/usr/share/doc/*/copyright",
];

/** The script that installs packages into a layer. */
export const layerScript = toolkitFile("local/images/build-layer.sh");

/** Paths that differ from machine to machine or from hour to hour, and are no part of an image. */
export const excluded = [
  "./dev/*",
  "./proc/*",
  "./sys/*",
  "./tmp/*",
  "./etc/resolv.conf",
  "./etc/hostname",
  "./etc/apt/sources.list",
  "./etc/apt/apt.conf.d/99mmdebstrap",
  "./var/cache/apt/*",
  "./var/cache/debconf/*",
  "./var/cache/ldconfig/*",
  "./var/lib/apt/lists/*",
  "./var/lib/dpkg/*-old",
  "./var/log/apt",
  "./var/log/*.log",
];

/** Everything runs in namespaces of its own, and ends with this process: no child and no mount outlives it. */
const isolation = [
  ...["--pdeathsig", "KILL"],
  ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
];

async function isolated(what: string, command: string[], shop: Workshop): Promise<void> {
  const result = await execa("setpriv", [...isolation, ...command], {
    all: true,
    reject: false,
    stdin: "ignore",
    cancelSignal: shop.signal,
    killSignal: "SIGKILL",
    env: { LC_ALL: "C" },
  });
  shop.signal.throwIfAborted();
  if (result.failed) throw new ImageError(explain(what, result.all ?? result.shortMessage));
}

/** The digest of a file, in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** Packs a folder into the store as a layer, and records what it is under its key. */
async function pack(
  key: string,
  folder: string,
  packages: Layer["packages"],
  shop: Workshop,
): Promise<Layer> {
  const tar = join(shop.work, "layer.tar");
  const compressed = `${tar}.zst`;
  const options = { cancelSignal: shop.signal, killSignal: "SIGKILL" as const };
  const flags = ["--create", "--numeric-owner", "--sort=name", "--mtime=@0", "--format=pax"];
  const steady = [
    "--no-wildcards-match-slash",
    "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
  ];
  const without = excluded.map((pattern) => `--exclude=${pattern}`);
  try {
    await execa("tar", [...flags, ...steady, ...without, "--file", tar, "--directory", folder, "."], options);
    await execa("zstd", ["--quiet", "--force", "-3", "--threads=2", tar, "-o", compressed], options);
  } catch (error) {
    shop.signal.throwIfAborted();
    throw new ImageError(explain("packing a layer", String(error)));
  }
  const layer: Layer = {
    diffId: await sha256(tar),
    digest: await sha256(compressed),
    size: (await stat(compressed)).size,
    packages,
  };
  await rename(compressed, layerFile(key, shop));
  await rm(tar);
  await record(join(shop.store, "layers", `${key}.json`), layer, shop);
  return layer;
}

/** Writes a JSON file in one step, so that a reader never sees half of it. */
export async function record(file: string, content: unknown, shop: Workshop): Promise<void> {
  const draft = join(shop.work, "draft.json");
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
  await rename(draft, file);
}

/** The compressed blob of the layer with this key. */
export function layerFile(key: string, shop: Workshop): string {
  return join(shop.store, "layers", `${key}.tar.zst`);
}

async function stored(key: string, shop: Workshop): Promise<Layer | undefined> {
  const file = join(shop.store, "layers", `${key}.json`);
  if (!existsSync(file) || !existsSync(layerFile(key, shop))) return undefined;
  return JSON.parse(await readFile(file, "utf8")) as Layer;
}

/** Reads what `dpkg-query --show` printed: package, tab, version. */
export function packageVersions(lines: string): Record<string, string> {
  const pairs = lines.split("\n").filter((line) => line.includes("\t"));
  return Object.fromEntries(
    pairs.map((line) => {
      const [name = "", version = ""] = line.split("\t");
      return [name.replace(/:.*/, ""), version];
    }),
  );
}

/** The layer that all images share, and its unpacked folder: a minimal Debian with certificates. */
export async function baseLayer(key: string, shop: Workshop): Promise<{ layer: Layer; root: string }> {
  const root = join(shop.store, `base-${key}`);
  if (!existsSync(root)) await unpackBase(root, shop);
  const known = await stored(key, shop);
  if (known) return { layer: known, root };
  const { stdout } = await execa("dpkg-query", ["--admindir", join(root, "var/lib/dpkg"), "--show"]);
  return { layer: await pack(key, root, packageVersions(stdout), shop), root };
}

/** The folder appears in one step: another build may be waiting for the same one. */
async function unpackBase(root: string, shop: Workshop): Promise<void> {
  const draft = join(shop.work, "base");
  const mirror = await debianMirror();
  const source = `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main`;
  const settings = (await hostFetchSettings()).map((line) => `--aptopt=${line.replace(/;$/, "")}`);
  const dpkg = dpkgSettings.map((line) => `--dpkgopt=${line}`);
  const command = ["mmdebstrap", "--mode=root", "--variant=minbase", "--include=ca-certificates"];
  await isolated(
    `installing Debian ${suite}`,
    [...command, ...dpkg, ...settings, suite, draft, source],
    shop,
  );
  await rename(draft, root).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

function accountLines(layer: PackageLayer): string[] {
  return (layer.accounts ?? []).flatMap(({ name, uid, gid, home }) => [
    `groupadd --system --gid ${gid} ${name}`,
    `useradd --system --uid ${uid} --gid ${gid} --home-dir ${home} --no-create-home --shell /bin/bash ${name}`,
  ]);
}

/** The layer that installing these packages on the base makes. */
export async function packageLayer(
  key: string,
  recipe: PackageLayer,
  base: string,
  shop: Workshop,
): Promise<Layer> {
  const known = await stored(key, shop);
  if (known) return known;
  const work = join(shop.work, key);
  await mkdir(work, { recursive: true });
  const before = join(work, "before.sh");
  const after = join(work, "after.sh");
  await writeFile(before, [...accountLines(recipe), ...(recipe.before ?? []), ""].join("\n"));
  await writeFile(after, [...(recipe.after ?? []), ""].join("\n"));
  const places = [base, work, join(shop.work, "lists"), hostCertificates, before, after];
  await isolated(
    `installing ${recipe.packages.join(", ")}`,
    ["sh", layerScript, ...places, ...recipe.packages],
    shop,
  );
  const packages = packageVersions(await readFile(join(work, "packages.txt"), "utf8"));
  const layer = await pack(key, join(work, "upper"), packages, shop);
  await rm(work, { recursive: true, force: true });
  return layer;
}

async function stage(file: RecipeFile, sources: string, staging: string, shop: Workshop): Promise<void> {
  const target = join(staging, file.path);
  await mkdir(dirname(target), { recursive: true });
  if (file.content !== undefined) await writeFile(target, file.content);
  else if (file.bundle !== undefined) await writeFile(target, await bundle(file.bundle, sources));
  else if (file.npm !== undefined) await extractNpmFile(file.npm, target, shop);
  else if (file.go !== undefined) await buildGoProgram(file.go, target, shop);
  else if (file.source === undefined) await mkdir(target, { recursive: true });
  else {
    const source = join(sources, file.source);
    if ((await stat(source)).isDirectory()) {
      await cp(source, target, { recursive: true });
      await settle(target);
    } else await copyFile(source, target);
  }
  const folder = (await stat(target)).isDirectory();
  await chmod(target, file.mode ?? (folder ? 0o755 : 0o644));
  await chown(target, file.uid ?? 0, file.gid ?? 0);
}

/** Gives a copied folder owners and modes that do not depend on the checkout. */
async function settle(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await chmod(path, entry.isDirectory() ? 0o755 : 0o644);
    await chown(path, 0, 0);
    if (entry.isDirectory()) await settle(path);
  }
}

/** The layer of the files that a recipe lays over its packages. */
export async function fileLayer(key: string, recipe: Recipe, shop: Workshop): Promise<Layer> {
  const known = await stored(key, shop);
  if (known) return known;
  const staging = join(shop.work, key);
  await mkdir(staging, { recursive: true, mode: 0o755 });
  for (const file of recipe.files) await stage(file, recipe.sources, staging, shop);
  const layer = await pack(key, staging, {}, shop);
  await rm(staging, { recursive: true, force: true });
  return layer;
}
