import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
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
  const program = join("usr", "bin", "restic");
  if (existsSync(join(folder, program))) return join(folder, program);
  mkdirSync(dirname(folder), { recursive: true });
  const unpacked = mkdtempSync(`${folder}-`);
  const { stdout } = await execa("tar", ["--list", "--file", image.archive]);
  for (const blob of stdout.split("\n").filter((name) => /[0-9a-f]{64}$/.test(name))) {
    const unpack = 'tar -xOf "$1" "$2" | zstd -dcq | tar -x -C "$3" ./usr/bin/restic';
    const words = ["-euo", "pipefail", "-c", unpack, "bash", image.archive, blob, unpacked];
    // Most of them are something else.
    await execa("bash", words, { reject: false });
    if (!existsSync(join(unpacked, program))) continue;
    // Another test may begin meanwhile, and must not find half of it.
    mkdirSync(join(folder, dirname(program)), { recursive: true });
    renameSync(join(unpacked, program), join(folder, program));
    rmSync(unpacked, { recursive: true });
    return join(folder, program);
  }
  throw new Error("the image of restic has no restic");
}
