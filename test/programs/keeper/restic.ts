import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { repackaged } from "../../../local/images/images.ts";
import { buildImages } from "../../../local/images/index.ts";
import { cacheFolder } from "../../../local/paths.ts";

const silent = { report: () => undefined, signal: new AbortController().signal };

/** The restic of the local image, which the keeper's pod runs: the path of the program. */
export async function resticOfTheImage(): Promise<string> {
  const recipe = repackaged.filter(({ names }) => names.some((name) => name.includes("/restic:")));
  const [image] = await buildImages(silent, recipe);
  if (image === undefined) throw new Error("there is no recipe of restic");
  const folder = join(cacheFolder(), "restic", image.digest.replace(":", "-"));
  const program = join(folder, "usr", "bin", "restic");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const { stdout } = await execa("tar", ["--list", "--file", image.archive]);
  for (const blob of stdout.split("\n").filter((name) => /[0-9a-f]{64}$/.test(name))) {
    const unpack = 'tar -xOf "$1" "$2" | zstd -dcq | tar -x -C "$3" ./usr/bin/restic';
    const words = ["-euo", "pipefail", "-c", unpack, "bash", image.archive, blob, folder];
    // Most of them are something else.
    await execa("bash", words, { reject: false });
    if (existsSync(program)) return program;
  }
  throw new Error("the image of restic has no restic");
}
