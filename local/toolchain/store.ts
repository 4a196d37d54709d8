import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../images/layer.ts";
import { goVersion } from "./go.ts";
import { keyOf } from "./key.ts";
import {
  checksumsFile,
  type Prebuilt,
  type PrebuiltProgram,
  prebuiltProgram,
  programsPackage,
  releasedKey,
} from "./prebuilt.ts";
import type { GoModule, ProgramGroup } from "./programs.ts";

/** A program that the cache has, or is to have. */
export interface Stored {
  program: string;
  /** As `go build` takes it. */
  package: string;
  /** Folder of its group in the cache. */
  folder: string;
  /** Its counterpart in the installed package, if there is one. */
  prebuilt?: PrebuiltProgram;
}

/** Programs that are wanted, and where they may come from. */
export interface Wanted {
  module: GoModule;
  known: readonly ProgramGroup[];
  cache: string;
  prebuilt: Prebuilt | undefined;
}

/** The path of a program in the cache, whether it is there or not. */
export const binary = ({ folder, program }: Stored): string => join(folder, "bin", program);

const sizeFile = ({ folder, program }: Stored): string => join(folder, `${program}.size`);

/** Whether the cache has a program whole. */
export function isStored(stored: Stored): boolean {
  try {
    return statSync(binary(stored)).size === Number(readFileSync(sizeFile(stored), "utf8"));
  } catch {
    return false;
  }
}

/**
 * Returns the place of each program in the cache. A group is the release's if its sources are and nothing of it would have
 * to be compiled; else it is this machine's Go's, which is asked for its version only then. Throws one sentence when Go is
 * missing or old.
 */
export async function placesOf(wanted: Wanted): Promise<Stored[]> {
  const places: Stored[] = [];
  for (const group of wanted.known) places.push(...(released(wanted, group) ?? (await own(wanted, group))));
  return places;
}

function released({ module, cache, prebuilt }: Wanted, group: ProgramGroup): Stored[] | undefined {
  if (prebuilt === undefined) return undefined;
  const key = releasedKey(prebuilt, module, group);
  if (key === undefined) return undefined;
  const places = inGroup(group, join(cache, key)).map((stored) => {
    const found = prebuiltProgram(prebuilt, group.name, stored.program);
    return found ? { ...stored, prebuilt: found } : stored;
  });
  return places.every((stored) => stored.prebuilt !== undefined || isStored(stored)) ? places : undefined;
}

async function own({ module, cache }: Wanted, group: ProgramGroup): Promise<Stored[]> {
  return inGroup(group, join(cache, keyOf(module, group, await goVersion(module))));
}

/** Returns the programs of a group in one folder. */
export function inGroup({ programs }: ProgramGroup, folder: string): Stored[] {
  return Object.entries(programs).map(([program, goPackage]) => ({ program, package: goPackage, folder }));
}

/** Moves a finished program to its place in the cache, if it exists. */
export function store(stored: Stored, file: string): void {
  if (!existsSync(file)) return;
  mkdirSync(join(stored.folder, "bin"), { recursive: true });
  // The size is written first: a program without it, or with another, is not finished.
  writeFileSync(sizeFile(stored), String(statSync(file).size));
  renameSync(file, binary(stored));
}

/**
 * Takes programs of the installed package into the cache, after each was found to be what this toolkit expects. Throws one
 * sentence that names each that is not.
 *
 * @param work folder in the cache's file system.
 */
export async function take(programs: readonly Stored[], work: string): Promise<void> {
  const wrong: string[] = [];
  for (const stored of programs) {
    if (stored.prebuilt === undefined) continue;
    const file = join(work, stored.program);
    await copyFile(stored.prebuilt.file, file);
    const sum = await sha256(file);
    if (sum !== stored.prebuilt.sha256) {
      wrong.push(`${stored.prebuilt.file} has SHA-256 ${sum}, not ${stored.prebuilt.sha256}`);
      continue;
    }
    await chmod(file, 0o755);
    store(stored, file);
  }
  if (wrong.length > 0)
    throw new Error(
      `${wrong.join("\n")}\n${checksumsFile} says so. Nothing of it runs: install ${programsPackage} again, or remove it (npm uninstall ${programsPackage}) and the programs are compiled.`,
    );
}
