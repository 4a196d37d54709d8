import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { linkInstalledPlugins, placePlugins } from "../plugins/index.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { folderBackend, placePulumi, withoutRunLogs } from "../toolchain/pulumi.ts";
import { writeWhole } from "./files.ts";
import type { Layout } from "./layout.ts";

/** The variables with which plain `kubectl` and `pulumi` work on one cluster. */
export type LocalEnvironment = Record<
  "KUBECONFIG" | "PULUMI_BACKEND_URL" | "PULUMI_CONFIG_PASSPHRASE_FILE" | "PULUMI_HOME" | "PATH",
  string
>;

/** The variables of a cluster that was up before. Throws a sentence when it never was. */
export function localEnvironment(
  layout: Layout,
  environment: NodeJS.ProcessEnv = process.env,
): LocalEnvironment {
  const programs = programFolder(layout);
  if (!existsSync(layout.kubeconfig) || !existsSync(programs)) {
    throw new Error(
      `cluster "${layout.name}" was never up: there is no ${layout.root}. Where another repository started it, run eval "$(npx commune local env)" there, in this shell; otherwise run "npx commune local up".`,
    );
  }
  return {
    KUBECONFIG: layout.kubeconfig,
    PULUMI_BACKEND_URL: folderBackend(layout.pulumiBackend),
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(layout),
    PULUMI_HOME: home(layout),
    PATH: [programs, ...foldersOnPath(environment).filter((folder) => folder !== programs)].join(delimiter),
  };
}

/** The variables as lines for `eval`. */
export function exportLines(variables: LocalEnvironment): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}`)
    .join("\n");
}

/**
 * Makes what the variables point at: kubectl, pulumi, helm, Pulumi's backend, a passphrase, generated once for all
 * clusters of the state folder, and a Pulumi home of the cluster's own. Its plugins are those of another home, if one
 * is given, and ours for the rest.
 */
export function prepareEnvironment(layout: Layout, toolchain: Toolchain, pluginsFrom?: string): void {
  const programs = programFolder(layout);
  for (const folder of [programs, home(layout)]) rmSync(folder, { recursive: true, force: true });
  for (const folder of [programs, layout.pulumiBackend]) mkdirSync(folder, { recursive: true });
  for (const program of ["kubectl", "pulumi", "helm"])
    symlinkSync(toolchain.bin(program), join(programs, program));
  if (pluginsFrom) linkInstalledPlugins(pluginsFrom, home(layout));
  placePlugins(toolchain, { PULUMI_HOME: home(layout) });
  placePulumi(toolchain, { PULUMI_HOME: home(layout) });
  withoutRunLogs(home(layout));
  if (!existsSync(passphraseFile(layout))) {
    writeWhole(passphraseFile(layout), `${randomBytes(24).toString("base64url")}\n`, 0o600);
  }
}

const home = (layout: Layout): string => join(layout.root, "pulumi-home");

const programFolder = (layout: Layout): string => join(layout.root, "bin");

/** One passphrase for all clusters: a stack's encrypted settings must open wherever it is brought up. */
const passphraseFile = (layout: Layout): string => join(dirname(layout.root), "passphrase");

function foldersOnPath(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? "").split(delimiter).filter(Boolean);
}
