import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { checksum } from "../../components/foundation/manifest/checksum.ts";
import { goEnvironment } from "../../local/go.ts";
import { cacheFolder } from "../../local/paths.ts";
import { compilerFlags } from "../../local/toolchain/go.ts";

const source = join(import.meta.dirname, "yaml");
const program = "pulumi-language-yaml";

/**
 * Builds Pulumi's own language host of YAML from its Go module, once, and returns the folder with it. It is a module of its
 * own: it does not compile against the engine that the toolchain builds.
 */
export async function yamlLanguageHost(): Promise<string> {
  const key = checksum(["go.mod", "go.sum"].map((name) => readFileSync(join(source, name), "utf8")));
  const folder = join(cacheFolder(), "official", `yaml-${key}`);
  if (existsSync(join(folder, program))) return folder;
  console.log("Building Pulumi's language host of YAML: some minutes where nothing is in Go's cache.");
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${program}.${process.pid}`);
  const words = ["build", compilerFlags, "-ldflags=-s -w", "-o", draft];
  await execa("go", [...words, `github.com/pulumi/pulumi-yaml/cmd/${program}`], {
    ...{ cwd: source, env: goEnvironment },
  });
  renameSync(draft, join(folder, program));
  return folder;
}
