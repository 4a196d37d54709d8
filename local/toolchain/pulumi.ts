import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder } from "../paths.ts";
import type { Toolchain } from "./index.ts";
import { pulumiVersion } from "./programs.ts";

/** Pulumi's own folder: `PULUMI_HOME`, or `~/.pulumi`. */
export function pulumiHome(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.PULUMI_HOME || join(environment.HOME ?? homedir(), ".pulumi");
}

/** Path at which the npm package `pulumi` looks before it downloads (node_modules/pulumi/lib/cache.js). */
const place = (environment: NodeJS.ProcessEnv): string =>
  join(pulumiHome(environment), "versions", pulumiVersion, "bin", "pulumi");

/** Makes `npx pulumi` find the built CLI, unless one of the same version is installed there already. */
export function placePulumi(toolchain: Toolchain, environment: NodeJS.ProcessEnv = process.env): void {
  placeUnlessInstalled(toolchain.bin("pulumi"), place(environment));
}

/** Links a program of the toolchain to the path at which Pulumi looks for it, unless an official one exists there. */
export function placeUnlessInstalled(program: string, link: string): void {
  if (isOurs(link)) rmSync(link);
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(program, link);
}

/**
 * Keeps Pulumi from writing a log of every run, with each property of each resource, into a home: more than half of
 * the engine's processor time in a preview of 139 resources. It has no setting for it, but goes on without a log if
 * it cannot make the folder (cmd/pulumi/pulumi.go and pkg/logging/encrypted.go of 3.259.0).
 */
export function withoutRunLogs(home: string): void {
  writeFileSync(join(home, "logs"), "");
}

/**
 * A folder as Pulumi's backend, without the `.attrs` file that Go CDK's file store writes beside each object: a run that
 * is killed while that is written leaves it empty, and the stack can no longer be read ("failed to load checkpoint:
 * EOF"; blob/fileblob/attrs.go of gocloud.dev, which writes it in place while the object itself is renamed).
 */
export function folderBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** Ours is a link into the toolchain's cache, whole or broken. */
function isOurs(link: string): boolean {
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && readlinkSync(link).startsWith(join(cacheFolder(), "toolchain"));
}
