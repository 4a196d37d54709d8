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
import { cacheFolder } from "../paths.ts";
import { diskFull, goBuild, goVersion } from "./go.ts";
import { keyOf } from "./key.ts";
import { modules as allModules, type GoModule } from "./modules.ts";

/** The built programs. */
export interface Toolchain {
  /** The absolute path of a program. Throws on a name that is no program of the toolchain. */
  bin(program: string): string;
}

/** How far the build is: programs in all, finished (cached ones included), cached, and those being built. */
export interface ToolchainProgress {
  total: number;
  done: number;
  cached: number;
  current: string[];
}

/** What the build needs; `modules` and `cache` are given by tests. */
export interface ToolchainOptions {
  report: (progress: ToolchainProgress) => void;
  signal?: AbortSignal;
  modules?: readonly GoModule[];
  cache?: string;
}

interface Job {
  module: GoModule;
  program: string;
  folder: string;
}

const buildsAtATime = 2;

/** One line for a progress display, such as "12 of 22: building traefik, pulumi (3 cached)". */
export function progressLine({ total, done, cached, current }: ToolchainProgress): string {
  const building = current.length > 0 ? `: building ${current.join(", ")}` : "";
  return `${done} of ${total} programs${building}${cached > 0 ? ` (${cached} cached)` : ""}`;
}

/**
 * Builds every program that the cache does not hold, two at a time. A finished program is kept at once, so that an
 * interrupted build goes on where it stopped. Throws one sentence when Go is missing or old, or a build fails.
 */
export async function buildToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const modules = options.modules ?? allModules;
  const version = await goVersion(modules);
  const cache = options.cache ?? join(cacheFolder(), "toolchain");
  const jobs: Job[] = modules.flatMap((module) => {
    const folder = join(cache, keyOf(module, version));
    return Object.keys(module.programs).map((program) => ({ module, program, folder }));
  });
  const waiting = jobs.filter((job) => !isBuilt(job));
  await buildAll(waiting, jobs.length, options);
  const paths = new Map(jobs.map((job) => [job.program, binary(job)]));
  return {
    bin(program) {
      const path = paths.get(program);
      if (!path)
        throw new Error(`${program} is no program of the toolchain; add it to local/toolchain/modules.ts.`);
      return path;
    },
  };
}

/** Removes what was built for other versions of the modules, and returns the removed folders. */
export async function pruneToolchain(
  options: Pick<ToolchainOptions, "modules" | "cache"> = {},
): Promise<string[]> {
  const modules = options.modules ?? allModules;
  const version = await goVersion(modules);
  const cache = options.cache ?? join(cacheFolder(), "toolchain");
  const kept = new Set(modules.map((module) => keyOf(module, version)));
  const old = existsSync(cache) ? readdirSync(cache).filter((folder) => !kept.has(folder)) : [];
  for (const folder of old) rmSync(join(cache, folder), { recursive: true, force: true });
  return old.map((folder) => join(cache, folder));
}

async function buildAll(waiting: Job[], total: number, options: ToolchainOptions): Promise<void> {
  const cached = total - waiting.length;
  const queue = [...waiting];
  const current = new Set<string>();
  let done = cached;
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  const tell = () => options.report({ total, done, cached, current: [...current] });
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      signal.throwIfAborted();
      current.add(job.program);
      tell();
      await build(job, signal);
      current.delete(job.program);
      done++;
      tell();
    }
  };
  tell();
  const workers = Array.from({ length: buildsAtATime }, () =>
    worker().catch((error: unknown) => {
      // One failure stops the other build: its error is the one to read.
      failed.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  options.signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function build(job: Job, signal: AbortSignal): Promise<void> {
  const partial = `${binary(job)}.partial-${process.pid}`;
  try {
    mkdirSync(join(job.folder, "bin"), { recursive: true });
    await goBuild(job.module, job.program, partial, signal);
    // The size is written first: a program without it, or with another, is not finished.
    writeFileSync(sizeFile(job), String(statSync(partial).size));
    renameSync(partial, binary(job));
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
      throw new Error(diskFull(job.program, job.folder), { cause: error });
    }
    throw error;
  }
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
