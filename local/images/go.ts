import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { goEnvironment } from "../go.ts";
import { ImageError } from "./host.ts";
import type { GoProgram } from "./recipe.ts";
import type { Workshop } from "./workshop.ts";

const shownLines = 5;

/**
 * Builds a program of a Go module at `target`, with the versions of everything that the module itself names, after the
 * module was found to be the pinned one. Throws ImageError.
 */
export async function buildGoProgram(program: GoProgram, target: string, shop: Workshop): Promise<void> {
  const { module, version, sum, goPackage, tags = [], made = [] } = program;
  const go = async (words: readonly string[], cwd: string): Promise<string> => {
    const options = { cwd, env: goEnvironment, cancelSignal: shop.signal, killSignal: "SIGKILL" as const };
    const { stdout } = await execa("go", words, options).catch(
      (error: { stderr?: string; message: string }) => {
        shop.signal.throwIfAborted();
        const lines = (error.stderr || error.message).trimEnd().split("\n").slice(-shownLines).join("\n");
        throw new ImageError(`building ${module} ${version} failed. Go's last lines:\n${lines}`);
      },
    );
    return stdout;
  };
  const fetched = await go(["mod", "download", "-json", `${module}@${version}`], shop.work);
  const { Dir, Sum } = JSON.parse(fetched) as { Dir: string; Sum: string };
  if (Sum !== sum)
    throw new ImageError(
      `${module} ${version} is not the module that local/images expects (${Sum}): nothing was taken from it.`,
    );
  const source = join(shop.work, "module");
  await cp(Dir, source, { recursive: true });
  // Go's cache is for reading alone.
  await execa("chmod", ["--recursive", "u+w", source]);
  for (const file of made) {
    await mkdir(dirname(join(source, file)), { recursive: true });
    await writeFile(join(source, file), "");
  }
  const flags = ["-trimpath", "-buildvcs=false", `-tags=${tags.join(",")}`, "-ldflags=-s -w"];
  await go(["build", ...flags, "-o", target, goPackage], source);
  await rm(source, { recursive: true });
}
