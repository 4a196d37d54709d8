import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Toolchain } from "../toolchain/index.ts";
import { pulumiHome } from "../toolchain/pulumi.ts";
import { writeWhole } from "./files.ts";
import type { Layout } from "./layout.ts";

/** The variables with which plain `kubectl` and `pulumi` work on one cluster. */
export type LocalEnvironment = Record<
  "KUBECONFIG" | "PULUMI_BACKEND_URL" | "PULUMI_CONFIG_PASSPHRASE_FILE" | "PATH",
  string
>;

/** Our plugins, each with how the official one is named: as an installed plugin and as a program on PATH. */
const plugins = {
  "pulumi-language-nodejs": "language-nodejs-",
  "pulumi-resource-kubernetes": "resource-kubernetes-",
  "pulumi-resource-random": "resource-random-",
} as const;

/** The variables of a cluster that was up before. Throws a sentence when it never was. */
export function localEnvironment(
  layout: Layout,
  environment: NodeJS.ProcessEnv = process.env,
): LocalEnvironment {
  const programs = programFolder(layout);
  if (!existsSync(layout.kubeconfig) || !existsSync(programs)) {
    throw new Error(`cluster "${layout.name}" was never up: run "npx commune local up" first.`);
  }
  return {
    KUBECONFIG: layout.kubeconfig,
    PULUMI_BACKEND_URL: `file://${layout.pulumiBackend}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(layout),
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
 * Makes what the variables point at: a folder with kubectl, pulumi and those of our plugins that no official plugin
 * replaces, Pulumi's backend, and a passphrase, generated once for all clusters of the state folder.
 */
export function prepareEnvironment(
  layout: Layout,
  toolchain: Toolchain,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  const folder = programFolder(layout);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mkdirSync(layout.pulumiBackend, { recursive: true });
  const needed = Object.entries(plugins).filter(
    ([program, plugin]) => !hasOfficial(program, plugin, layout, environment),
  );
  for (const program of ["kubectl", "pulumi", ...needed.map(([name]) => name)]) {
    symlinkSync(toolchain.bin(program), join(folder, program));
  }
  if (!existsSync(passphraseFile(layout))) {
    writeWhole(passphraseFile(layout), `${randomBytes(24).toString("base64url")}\n`, 0o600);
  }
}

const programFolder = (layout: Layout): string => join(layout.root, "bin");

/** One passphrase for all clusters: a stack's encrypted settings must open wherever it is brought up. */
const passphraseFile = (layout: Layout): string => join(dirname(layout.root), "passphrase");

function foldersOnPath(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? "").split(delimiter).filter(Boolean);
}

function hasOfficial(
  program: string,
  plugin: string,
  layout: Layout,
  environment: NodeJS.ProcessEnv,
): boolean {
  const installed = join(pulumiHome(environment), "plugins");
  const isInstalled = existsSync(installed) && readdirSync(installed).some((name) => name.startsWith(plugin));
  // Another cluster's folder of programs, in a shell that evaluated its environment, is no official plugin either.
  const state = dirname(layout.root);
  const elsewhere = foldersOnPath(environment).filter((folder) => !folder.startsWith(state));
  return isInstalled || elsewhere.some((folder) => isProgram(join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
