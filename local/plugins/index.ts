import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { pulumiVersion } from "../toolchain/programs.ts";
import { placeUnlessInstalled, pulumiHome } from "../toolchain/pulumi.ts";

/** A provider plugin of the version that the SDK asks for. */
export interface ProviderPlugin {
  name: string;
  version: string;
}

/** The providers that the program uses. */
export function providerPlugins(): ProviderPlugin[] {
  return ["kubernetes", "random"].map((name) => ({ name, version: sdkVersion(`@pulumi/${name}`) }));
}

/** Folder into which `pulumi plugin install` puts a provider. */
export function installedFolder(home: string, { name, version }: ProviderPlugin): string {
  return join(home, "plugins", `resource-${name}-v${version}`);
}

/**
 * The plugins, by the folder in which the engine looks for an installed one. There it neither warns, as it does of
 * plugins on PATH, nor prefers ours: what `pulumi plugin install` has put there stays, and a language host next to the
 * `pulumi` program wins (sdk/go/common/workspace/plugins.go, getPluginInfoAndPath, of Pulumi 3.259.0).
 */
function places(environment: NodeJS.ProcessEnv): { program: string; link: string }[] {
  const home = pulumiHome(environment);
  const host = "pulumi-language-nodejs";
  const providers = providerPlugins().map((plugin) => {
    const program = `pulumi-resource-${plugin.name}`;
    return { program, link: join(installedFolder(home, plugin), program) };
  });
  return [
    { program: host, link: join(home, "plugins", `language-nodejs-v${pulumiVersion}`, host) },
    ...providers,
  ];
}

/** The version of the SDK that is installed with this toolkit: the engine accepts a plugin of exactly that version. */
function sdkVersion(sdk: string): string {
  const { resolve } = createRequire(toolkitFile("package.json"));
  const { version } = JSON.parse(readFileSync(resolve(`${sdk}/package.json`), "utf8")) as { version: string };
  return version;
}

/** Makes Pulumi find the local plugins, each unless an official one of the same version is installed. */
export function placePlugins(toolchain: Toolchain, environment: NodeJS.ProcessEnv = process.env): void {
  for (const { program, link } of places(environment)) placeUnlessInstalled(toolchain.bin(program), link);
}

/**
 * Makes the plugins that `pulumi plugin install` has put into one Pulumi home those of another as well. Each is a folder
 * of links: the engine does not see a plugin whose folder is a link itself (getPlugins, the same file).
 */
export function linkInstalledPlugins(from: string, to: string): void {
  const installed = join(from, "plugins");
  if (!existsSync(installed)) return;
  for (const entry of readdirSync(installed, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = join(to, "plugins", entry.name);
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(join(installed, entry.name))) {
      symlinkSync(join(installed, entry.name, file), join(folder, file));
    }
  }
}
