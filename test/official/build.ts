import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import kubernetesSdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import { execa } from "execa";
import { checksum } from "../../components/foundation/manifest/checksum.ts";
import { goEnvironment } from "../../local/go.ts";
import { cacheFolder } from "../../local/paths.ts";

const source = join(import.meta.dirname, "provider");
const providerModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const program = "pulumi-resource-kubernetes";

/**
 * Builds the official Kubernetes provider from its Go module, once, and returns a Pulumi home in which it is installed.
 * It says of itself that it is the version of the SDK, which the engine asks for; the commit in go.mod is the one that it
 * is made of.
 */
export async function officialPulumiHome(): Promise<string> {
  const { version } = kubernetesSdk;
  const files = ["main.go", "go.mod", "go.sum"].map((name) => readFileSync(join(source, name), "utf8"));
  const key = checksum([version, ...files]);
  const home = join(cacheFolder(), "official", key);
  const plugin = join(home, "plugins", `resource-kubernetes-v${version}`);
  if (existsSync(join(plugin, program))) return home;
  const work = join(home, "source");
  cpSync(source, work, { recursive: true });
  const go = (...words: string[]) => execa("go", words, { cwd: work, env: goEnvironment });
  console.log(
    "Building the official Kubernetes provider: 1,749 packages, about 20 minutes where none is in Go's cache.",
  );
  await go("mod", "download");
  const { stdout: folder } = await go("list", "-m", "-f", "{{.Dir}}", providerModule);
  cpSync(join(folder, "cmd", program, "schema.json"), join(work, "schema.json"));
  const linkerFlags = `-s -w -X ${providerModule}/pkg/version.Version=${version}`;
  await go("build", "-gcflags=all=-dwarf=false", `-ldflags=${linkerFlags}`, "-o", program, ".");
  mkdirSync(plugin, { recursive: true });
  renameSync(join(work, program), join(plugin, program));
  return home;
}
