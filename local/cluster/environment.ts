import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import kubernetesSdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import randomSdk from "@pulumi/random/package.json" with { type: "json" };
import type { Toolchain } from "../toolchain/index.ts";
import { pulumiVersion } from "../toolchain/modules.ts";
import { pulumiHome } from "../toolchain/pulumi.ts";
import { writeWhole } from "./files.ts";
import type { Layout } from "./layout.ts";

/** The variables with which plain `kubectl` and `pulumi` work on one cluster. */
export type LocalEnvironment = Record<
  "KUBECONFIG" | "PULUMI_BACKEND_URL" | "PULUMI_CONFIG_PASSPHRASE_FILE" | "PULUMI_HOME" | "PATH",
  string
>;

/** Our providers, in the version of the SDK that they answer to. */
const providers = { kubernetes: kubernetesSdk.version, random: randomSdk.version };

const languageHost = "pulumi-language-nodejs";

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
 * Makes what the variables point at: kubectl and pulumi with those of our plugins that no official plugin
 * replaces, Pulumi's backend, and a passphrase, generated once for all clusters of the state folder.
 *
 * Plugins stand where the engine looks for installed ones: from PATH they would win over official ones, and be
 * warned about at every run.
 */
export function prepareEnvironment(
  layout: Layout,
  toolchain: Toolchain,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  const programs = programFolder(layout);
  for (const folder of [programs, home(layout)]) rmSync(folder, { recursive: true, force: true });
  const versioned = join(home(layout), "versions", pulumiVersion, "bin");
  for (const folder of [programs, versioned, layout.pulumiBackend]) mkdirSync(folder, { recursive: true });
  symlinkSync(toolchain.bin("kubectl"), join(programs, "kubectl"));
  // The engine looks for its language host beside its own file, links resolved: a link would not do.
  place(toolchain.bin("pulumi"), join(programs, "pulumi"));
  symlinkSync(join(programs, "pulumi"), join(versioned, "pulumi"));
  if (!hasOfficialLanguageHost(layout, environment)) {
    symlinkSync(toolchain.bin(languageHost), join(programs, languageHost));
  }
  placePlugins(layout, toolchain, environment);
  if (!existsSync(passphraseFile(layout))) {
    writeWhole(passphraseFile(layout), `${randomBytes(24).toString("base64url")}\n`, 0o600);
  }
}

/** The user's installed plugins, and ours for those that are not installed. */
function placePlugins(layout: Layout, toolchain: Toolchain, environment: NodeJS.ProcessEnv): void {
  const plugins = join(home(layout), "plugins");
  mkdirSync(plugins, { recursive: true });
  const installed = join(pulumiHome(environment), "plugins");
  const official = existsSync(installed) && !inState(layout, installed) ? readdirSync(installed) : [];
  for (const name of official) symlinkSync(join(installed, name), join(plugins, name));
  for (const [name, version] of Object.entries(providers)) {
    const folder = join(plugins, `resource-${name}-v${version}`);
    if (existsSync(folder)) continue;
    mkdirSync(folder);
    symlinkSync(toolchain.bin(`pulumi-resource-${name}`), join(folder, `pulumi-resource-${name}`));
  }
}

/** Two names for one file where the file system allows it, else a copy. */
function place(program: string, path: string): void {
  try {
    linkSync(program, path);
  } catch {
    copyFileSync(program, path);
  }
}

const home = (layout: Layout): string => join(layout.root, "pulumi-home");

/** A shell that evaluated a local environment has that cluster's folders, which are no official plugins. */
const inState = (layout: Layout, path: string): boolean => path.startsWith(dirname(layout.root));

const programFolder = (layout: Layout): string => join(layout.root, "bin");

/** One passphrase for all clusters: a stack's encrypted settings must open wherever it is brought up. */
const passphraseFile = (layout: Layout): string => join(dirname(layout.root), "passphrase");

function foldersOnPath(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? "").split(delimiter).filter(Boolean);
}

function hasOfficialLanguageHost(layout: Layout, environment: NodeJS.ProcessEnv): boolean {
  return foldersOnPath(environment).some(
    (folder) => !inState(layout, folder) && isProgram(join(folder, languageHost)),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
