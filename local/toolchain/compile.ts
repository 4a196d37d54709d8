import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alive } from "../images/host.ts";
import { diskFull, executableOf, goBuild, packagesToCompile } from "./go.ts";
import { Pace } from "./pace.ts";
import type { GoModule } from "./programs.ts";

/** Milliseconds between two reports of progress. */
const reportEvery = 2_000;

const paceFile = "pace.json";

/** Progress of one run of Go: finished programs, modules whose sources were fetched, packages compiled of those needed. */
export interface CompileProgress {
  finished: number;
  fetched: number;
  packages: { compiled: number; needed: number };
  /** undefined if it cannot be estimated, or nothing is left. */
  minutesLeft: number | undefined;
}

/** Options of one run of Go. */
export interface CompileOptions {
  module: GoModule;
  /** The packages of the programs, as `go build` takes them. */
  packages: readonly string[];
  /** Folder below which it works, and which keeps the pace. */
  cache: string;
  report: (progress: CompileProgress) => void;
  signal: AbortSignal;
}

/**
 * Gives a folder of its own below the cache to some work, and removes it at the end with what killed runs left there. Throws
 * one sentence on a full disk.
 */
export async function inWorkFolder<Result>(
  cache: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  removeLeftovers(cache);
  const folder = join(cache, `work-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    return await work(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC")
      throw new Error(diskFull(cache), { cause: error });
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeLeftovers(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const pid = /^work-(\d+)$/.exec(name)?.[1];
    if (pid && !alive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/**
 * Compiles programs into a folder. Go keeps each package, so that an interrupted run goes on where it stopped, and a program
 * appears in the folder when it is whole. Throws one sentence if it fails.
 */
export async function compileInto(
  folder: string,
  { module, packages, cache, report, signal }: CompileOptions,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let fetched = 0;
  let pace: Pace | undefined;
  const tell = () =>
    report({
      finished: readdirSync(folder).length,
      fetched,
      packages: pace?.packages ?? { compiled: 0, needed: 0 },
      minutesLeft: pace?.minutesLeft(),
    });
  const telling = setInterval(tell, reportEvery);
  try {
    const needed = await packagesToCompile(module, packages, signal, () => fetched++);
    pace = new Pace(join(cache, paceFile), needed);
    tell();
    await goBuild(module, packages, folder, signal, (importPath) => pace?.compiled(importPath));
    pace.keep();
    tell();
  } finally {
    clearInterval(telling);
  }
}

/** Path of a compiled program in the folder that {@link compileInto} was given. */
export const compiledFile = (folder: string, goPackage: string): string =>
  join(folder, executableOf(goPackage));
