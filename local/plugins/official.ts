import { existsSync } from "node:fs";
import { execa } from "execa";
import { stateFolder } from "../paths.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { pulumiHome } from "../toolchain/pulumi.ts";
import { installedFolder, type ProviderPlugin, providerPlugins } from "./index.ts";

/**
 * Providers that a local cluster may run: the official ones if they can be had, official ones or none, or those of
 * local/plugins whatever is installed.
 */
export const pluginChoices = ["auto", "official", "local"] as const;
export type PluginChoice = (typeof pluginChoices)[number];

/** Server from which `pulumi plugin install` downloads. */
const pulumiServer = "https://get.pulumi.com/releases/plugins";
const probeMilliseconds = 3000;

/** Options of the installation; `server` and `environment` are given by tests. */
export interface OfficialPlugins {
  choice: PluginChoice;
  toolchain: Toolchain;
  signal: AbortSignal;
  server?: string;
  environment?: NodeJS.ProcessEnv;
}

/**
 * Installs the official providers that the choice asks for into the user's Pulumi home, with Pulumi's own command,
 * and returns the home whose plugins the cluster takes over: undefined if it is to run ours. Throws a sentence if
 * `official` was asked for and cannot be had.
 */
export async function installOfficialPlugins({
  choice,
  toolchain,
  signal,
  server = pulumiServer,
  environment = process.env,
}: OfficialPlugins): Promise<string | undefined> {
  if (choice === "local") return undefined;
  const home = usersHome(environment);
  const missing = providerPlugins().filter((plugin) => !existsSync(installedFolder(home, plugin)));
  if (missing.length === 0) return home;
  const silence = await silenceOf(server, missing, signal);
  if (silence === undefined) {
    for (const { name, version } of missing) {
      const words = ["plugin", "install", "resource", name, version, "--server", server, "--exact"];
      await execa(toolchain.bin("pulumi"), [...words, "--non-interactive"], {
        env: { ...environment, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        cancelSignal: signal,
      });
    }
    return home;
  }
  if (choice === "auto") return home;
  const wanted = missing.map(({ name, version }) => `${name} ${version}`).join(", ");
  throw new Error(
    `the official plugins ${wanted} are not installed and cannot be had from ${server} (${silence}): install them with "pulumi plugin install resource <name> <version>", or leave out --plugins official.`,
  );
}

/** Pulumi's own folder of the user: a shell that evaluated a local environment has that cluster's, which holds ours. */
function usersHome(environment: NodeJS.ProcessEnv): string {
  const home = pulumiHome(environment);
  if (!home.startsWith(`${stateFolder(environment)}/`)) return home;
  const { PULUMI_HOME: _, ...others } = environment;
  return pulumiHome(others);
}

/** Returns why a server does not have the plugins, asked once for three seconds; undefined if it has them. */
async function silenceOf(
  server: string,
  plugins: readonly ProviderPlugin[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(probeMilliseconds)]);
  const ask = async ({ name, version }: ProviderPlugin) => {
    const archive = `${server}/pulumi-resource-${name}-v${version}-linux-amd64.tar.gz`;
    const { ok, status } = await fetch(archive, { method: "HEAD", signal: limit });
    return ok ? undefined : `${archive} answers ${status}`;
  };
  try {
    return (await Promise.all(plugins.map(ask))).find((answer) => answer !== undefined);
  } catch {
    signal.throwIfAborted();
    return "no answer within 3 seconds";
  }
}
