import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, checkout } from "../paths.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { pulumiVersion } from "../toolchain/modules.ts";
import { pulumiHome } from "../toolchain/pulumi.ts";

/**
 * The plugins, by the folder in which the engine looks for an installed one. There it neither warns, as it does of
 * plugins on PATH, nor prefers ours: what `pulumi plugin install` has put there stays, and a language host next to the
 * `pulumi` program wins (sdk/go/common/workspace/plugins.go, getPluginInfoAndPath, of Pulumi 3.259.0).
 */
function places(environment: NodeJS.ProcessEnv): { program: string; link: string }[] {
  const place = (kind: string, name: string, version: string) => {
    const program = `pulumi-${kind}-${name}`;
    return {
      program,
      link: join(pulumiHome(environment), "plugins", `${kind}-${name}-v${version}`, program),
    };
  };
  return [
    place("language", "nodejs", pulumiVersion),
    place("resource", "kubernetes", sdkVersion("@pulumi/kubernetes")),
    place("resource", "random", sdkVersion("@pulumi/random")),
  ];
}

/** The version of an SDK that package.json pins: the engine accepts a plugin of exactly that version. */
function sdkVersion(sdk: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies[sdk];
  if (!version) throw new Error(`package.json does not pin ${sdk}.`);
  return version;
}

/** Makes Pulumi find the local plugins, each unless an official one of the same version is installed. */
export function placePlugins(toolchain: Toolchain, environment: NodeJS.ProcessEnv = process.env): void {
  for (const { program, link } of places(environment)) {
    if (isOurs(link)) rmSync(link);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(toolchain.bin(program), link);
  }
}

/** Ours is a link into the toolchain's cache, whole or broken. */
function isOurs(link: string): boolean {
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && readlinkSync(link).startsWith(join(cacheFolder(), "toolchain"));
}
