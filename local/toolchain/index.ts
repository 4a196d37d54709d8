import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { alive } from "../images/host.ts";
import { cacheFolder } from "../paths.ts";
import { diskFull, executableOf, goBuild, goVersion, packagesToCompile } from "./go.ts";
import { keyOf } from "./key.ts";
import { Pace } from "./pace.ts";
import { allPrograms, type GoModule, goModule, type ProgramGroup } from "./programs.ts";

/** The built programs. */
export interface Toolchain {
  /** The absolute path of a program. Throws on a name that is no program of the toolchain. */
  bin(program: string): string;
}

/**
 * Progress of a build: programs in all, finished (cached ones included) and cached; modules whose sources were
 * fetched; packages compiled of those needed, none until the sources are there.
 */
export interface ToolchainProgress {
  total: number;
  done: number;
  cached: number;
  fetched: number;
  packages: { compiled: number; needed: number };
  /** undefined if it cannot be estimated, or nothing is left. */
  minutesLeft: number | undefined;
}

/** Options of the build; `module`, `known` and `cache` are given by tests. */
export interface ToolchainOptions {
  report: (progress: ToolchainProgress) => void;
  signal?: AbortSignal;
  known?: readonly ProgramGroup[];
  module?: GoModule;
  cache?: string;
}

interface Job {
  program: string;
  package: string;
  folder: string;
}

/** Milliseconds between two reports of progress. */
const reportEvery = 2_000;

/** One line for a progress display, such as "12 of 22 programs, 4210 of 9031 packages, about 7 min left (3 cached)". */
export function progressLine(progress: ToolchainProgress): string {
  const { total, done, cached, minutesLeft } = progress;
  const left = minutesLeft === undefined ? "" : `, about ${minutesLeft} min left`;
  return `${done} of ${total} programs${work(progress)}${left}${cached > 0 ? ` (${cached} cached)` : ""}`;
}

function work({ fetched, packages: { compiled, needed } }: ToolchainProgress): string {
  if (needed > 0) return `, ${compiled} of ${needed} packages`;
  return fetched > 0 ? `, sources of ${fetched} modules fetched` : "";
}

/**
 * Builds every program that the cache does not hold, in one run of Go. A finished program is kept, and Go keeps each
 * package, so that an interrupted build goes on where it stopped. Throws one sentence when Go is missing or old, or the
 * build fails.
 */
export async function buildToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const { module = goModule, known = allPrograms, cache = programCache() } = options;
  const version = await goVersion(module);
  const jobs = jobsOf(known, module, version, cache);
  await buildAll(jobs, { ...options, module, cache });
  const paths = new Map(jobs.map((job) => [job.program, binary(job)]));
  return {
    bin(program) {
      const path = paths.get(program);
      if (!path)
        throw new Error(`${program} is no program of the toolchain; add it to local/toolchain/programs.ts.`);
      return path;
    },
  };
}

/** Whether the cache has every program. Throws one sentence when Go is missing or old. */
export async function isToolchainBuilt(): Promise<boolean> {
  const version = await goVersion(goModule);
  return jobsOf(allPrograms, goModule, version, programCache()).every(isBuilt);
}

const programCache = (): string => join(cacheFolder(), "toolchain");

const paceFile = "pace.json";

function jobsOf(groups: readonly ProgramGroup[], module: GoModule, goVersion: string, cache: string): Job[] {
  return groups.flatMap((group) => {
    const folder = join(cache, keyOf(module, group, goVersion));
    return Object.entries(group.programs).map(([program, goPackage]) => ({
      program,
      package: goPackage,
      folder,
    }));
  });
}

async function buildAll(
  jobs: readonly Job[],
  options: ToolchainOptions & { module: GoModule; cache: string },
): Promise<void> {
  const { report, module, cache, signal = new AbortController().signal } = options;
  const waiting = jobs.filter((job) => !isBuilt(job));
  const cached = jobs.length - waiting.length;
  if (waiting.length === 0) {
    report({
      total: jobs.length,
      done: cached,
      cached,
      fetched: 0,
      packages: { compiled: 0, needed: 0 },
      minutesLeft: undefined,
    });
    return;
  }
  const packages = waiting.map((job) => job.package);
  removeLeftovers(cache);
  const work = join(cache, `work-${process.pid}`);
  const finished = join(work, "bin");
  try {
    mkdirSync(finished, { recursive: true });
    let fetched = 0;
    let pace: Pace | undefined;
    const tell = () =>
      report({
        total: jobs.length,
        done: cached + readdirSync(finished).length,
        cached,
        fetched,
        packages: pace?.packages ?? { compiled: 0, needed: 0 },
        minutesLeft: pace?.minutesLeft(),
      });
    const telling = setInterval(tell, reportEvery);
    try {
      const needed = await packagesToCompile(module, packages, signal, () => fetched++);
      pace = new Pace(join(cache, paceFile), needed);
      tell();
      await goBuild(module, packages, finished, signal, (importPath) => pace?.compiled(importPath));
      pace.keep();
      tell();
    } finally {
      clearInterval(telling);
      for (const job of waiting) keep(job, join(finished, executableOf(job.package)));
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
      throw new Error(diskFull(cache), { cause: error });
    }
    throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Removes what killed builds left. */
function removeLeftovers(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const pid = /^work-(\d+)$/.exec(name)?.[1];
    if (pid && !alive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** Moves a finished program to its place, if it exists. */
function keep(job: Job, file: string): void {
  if (!existsSync(file)) return;
  mkdirSync(join(job.folder, "bin"), { recursive: true });
  // The size is written first: a program without it, or with another, is not finished.
  writeFileSync(sizeFile(job), String(statSync(file).size));
  renameSync(file, binary(job));
}

const binary = (job: Job): string => join(job.folder, "bin", job.program);
const sizeFile = (job: Job): string => join(job.folder, `${job.program}.size`);

function isBuilt(job: Job): boolean {
  try {
    return statSync(binary(job)).size === Number(readFileSync(sizeFile(job), "utf8"));
  } catch {
    return false;
  }
}
