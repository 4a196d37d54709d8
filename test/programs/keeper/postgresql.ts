import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { repackaged } from "../../../local/images/images.ts";
import { buildImages } from "../../../local/images/index.ts";

/** Folder that PostgreSQL's own user reaches too. */
const readable = "/var/tmp/commune-cloud-postgresql";

const silent = { report: () => undefined, signal: new AbortController().signal };

/** A file of an OCI image: its layers, the lowest first. */
interface Layers {
  manifests?: { digest: string }[];
  layers?: { digest: string }[];
}

/**
 * Runs a program of the image on this machine's kernel and files below /tmp, as whoever calls it, with rights over nothing else:
 * its C library is newer than this machine's. Whoever is not root is the image's `postgres` inside.
 */
const inside = (root: string, program: string) => `#!/bin/bash
if [ "$(id -u)" = 0 ]; then user=0; else user=999; fi
case $PWD in /tmp/*) folder=$PWD ;; *) folder=/tmp ;; esac
exec unshare --user --map-root-user --mount --propagation private bash -c '
  for shared in tmp dev proc; do mount --rbind "/$shared" "${root}/$shared"; done
  exec unshare --user --map-user="$1" --map-group="$1" --root="${root}" --wd="$2" "\${@:3}"
' bash "$user" "$folder" "${program}" "$@"
`;

/**
 * PostgreSQL of the local image of a major version: the folder of its programs, which run on this machine as its own do. What
 * this machine's version cannot do is tried with it.
 */
export async function postgresqlOfTheImage(major: string): Promise<string> {
  const recipe = repackaged.filter(({ names }) => names.some((name) => name.includes(`/postgres:${major}.`)));
  const [image] = await buildImages(silent, recipe);
  if (image === undefined) throw new Error(`there is no recipe of PostgreSQL ${major}`);
  const folder = join(readable, image.digest.replace(":", "-"));
  const [root, bin] = [join(folder, "root"), join(folder, "bin")];
  if (existsSync(bin)) return bin;
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(join(draft, "root"), { recursive: true });
  mkdirSync(join(draft, "image"));
  await execa("tar", ["--extract", "--file", image.archive, "--directory", join(draft, "image")]);
  const blob = (digest: string) => join(draft, "image", "blobs", digest.replace(":", "/"));
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Layers;
  const [manifest] = read(join(draft, "image", "index.json")).manifests ?? [];
  const { layers = [] } = read(blob(manifest?.digest ?? ""));
  for (const { digest } of layers) {
    const unpack = 'zstd -dcq "$1" | tar --extract --directory "$2" --exclude "dev/*" --no-same-owner';
    await execa("bash", ["-euo", "pipefail", "-c", unpack, "bash", blob(digest), join(draft, "root")]);
  }
  rmSync(join(draft, "image"), { recursive: true });
  for (const name of ["tmp", "dev", "proc"]) mkdirSync(join(draft, "root", name), { recursive: true });
  const programs = `/usr/lib/postgresql/${major}/bin`;
  mkdirSync(join(draft, "bin"));
  for (const name of readdirSync(join(draft, "root", programs)))
    writeFileSync(join(draft, "bin", name), inside(root, join(programs, name)), { mode: 0o755 });
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return bin;
}
