import { createHash } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ImageError } from "./host.ts";
import type { NpmFile } from "./recipe.ts";
import type { Workshop } from "./workshop.ts";

/** Writes one file of a package to `target`, after its archive was found to be the pinned one. Throws ImageError. */
export async function extractNpmFile(file: NpmFile, target: string, shop: Workshop): Promise<void> {
  const options = { cwd: shop.work, cancelSignal: shop.signal };
  const { stdout } = await execa("npm", ["pack", "--json", "--ignore-scripts", file.package], options).catch(
    (error: Error) => {
      shop.signal.throwIfAborted();
      throw new ImageError(`fetching ${file.package} from the npm registry failed: ${firstLine(error)}`);
    },
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const archive = join(shop.work, packed?.filename ?? "");
  const digest = createHash("sha512")
    .update(await readFile(archive))
    .digest("base64");
  if (`sha512-${digest}` !== file.integrity) {
    throw new ImageError(
      `${file.package} is not the archive that local/images expects (sha512-${digest}): nothing was taken from it.`,
    );
  }
  await execa("tar", ["--extract", "--gzip", "--file", archive, `package/${file.path}`], options);
  await rename(join(shop.work, "package", file.path), target);
}

function firstLine(error: Error): string {
  return error.message.split("\n").find((line) => line.includes("npm error")) ?? error.message;
}
