import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { goEnvironment } from "../../local/go.ts";
import { cacheFolder } from "../../local/paths.ts";
import { buildFlags } from "../../local/toolchain/go.ts";

/** SeaweedFS 4.53, as the Go module proxy has it: it lists no version of that name. */
const source = {
  module: "github.com/seaweedfs/seaweedfs",
  version: "v0.0.0-20261109003541-7506e5f91cd6",
  /** Checksum of its sources, in which go.mod and go.sum pin everything else. */
  sum: "h1:LOYZFToHq9F7pSR6lkPGfkM8RmHlVFrzndKdhmNZjrU=",
};

const file = join(cacheFolder(), "seaweedfs", source.version, "weed");

/**
 * Builds SeaweedFS from its Go module, once, and returns the program. It is built as its own main module, so that the one
 * `replace` of its go.mod holds.
 */
export async function seaweedfs(): Promise<string> {
  if (existsSync(file)) return file;
  console.log("Building SeaweedFS: 1,738 packages, five minutes where none is in Go's cache.");
  const named = `${source.module}@${source.version}`;
  const { stdout } = await execa("go", ["mod", "download", "-json", named], { env: goEnvironment });
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== source.sum) throw new Error(`${named} has the sum ${Sum}, and ${source.sum} was tried`);
  const folder = join(file, "..");
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, "weed.new");
  await execa("go", ["build", ...buildFlags, "-ldflags=-s -w", "-o", draft, "./weed"], {
    cwd: Dir,
    env: { ...goEnvironment, GOTMPDIR: folder },
  });
  renameSync(draft, file);
  return file;
}
