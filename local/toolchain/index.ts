import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import { compiledFile, compileInto, inWorkFolder } from "./compile.ts";
import { type Prebuilt, programsPackage, readPrebuilt } from "./prebuilt.ts";
import { allPrograms, type GoModule, goModule, type ProgramGroup } from "./programs.ts";
import { binary, isStored, placesOf, type Stored, store, take } from "./store.ts";

/** The built programs. */
export interface Toolchain {
  /** The absolute path of a program. Throws on a name that is no program of the toolchain. */
  bin(program: string): string;
}

/**
 * Progress of a build: programs in all, finished (cached and taken ones included), cached, and taken from the package of
 * programs; modules whose sources were fetched; packages compiled of those needed, none until the sources are there.
 */
export interface ToolchainProgress {
  total: number;
  done: number;
  cached: number;
  taken: number;
  fetched: number;
  packages: { compiled: number; needed: number };
  /** undefined if it cannot be estimated, or nothing is left. */
  minutesLeft: number | undefined;
}

/** Options of the build; `module`, `known`, `cache` and `prebuilt` are given by tests. */
export interface ToolchainOptions {
  report: (progress: ToolchainProgress) => void;
  signal?: AbortSignal;
  known?: readonly ProgramGroup[];
  module?: GoModule;
  cache?: string;
  prebuilt?: Prebuilt | undefined;
}

/** One line for a progress display, such as "12 of 22 programs, 4210 of 9031 packages, about 7 min left (3 cached)". */
export function progressLine(progress: ToolchainProgress): string {
  const { total, done, minutesLeft } = progress;
  const left = minutesLeft === undefined ? "" : `, about ${minutesLeft} min left`;
  return `${done} of ${total} programs${work(progress)}${left}${origins(progress)}`;
}

function work({ fetched, packages: { compiled, needed } }: ToolchainProgress): string {
  if (needed > 0) return `, ${compiled} of ${needed} packages`;
  return fetched > 0 ? `, sources of ${fetched} modules fetched` : "";
}

function origins({ cached, taken }: ToolchainProgress): string {
  const parts = [
    ...(cached > 0 ? [`${cached} cached`] : []),
    ...(taken > 0 ? [`${taken} of ${programsPackage}`] : []),
  ];
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}

/** Returns in words what came of a build: "21 programs, built from pinned sources (cached)". */
export function builtLine({ total, cached, taken }: ToolchainProgress): string {
  if (cached === total) return `${total} programs, built from pinned sources (cached)`;
  if (taken === 0) return `${total} programs, built from pinned sources`;
  const others = total - cached - taken;
  return `${total} programs, ${taken} of ${programsPackage}${others > 0 ? `, ${others} built from pinned sources` : ""}`;
}

/** Folder of the built programs, below the cache of this machine. */
export const programCache = (): string => join(cacheFolder(), "toolchain");

/**
 * Takes every program that the cache does not hold from the package of programs, if it is installed and was made of the same
 * sources, and builds the others in one run of Go. A finished program is kept, and Go keeps each package, so that an
 * interrupted build goes on where it stopped. Throws one sentence when Go is missing or old, a program of the package is
 * not what the checksums say, or the build fails.
 */
export async function buildToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const {
    module = goModule,
    known = allPrograms,
    cache = programCache(),
    prebuilt = readPrebuilt(),
  } = options;
  const programs = await placesOf({ module, known, cache, prebuilt });
  await provide(programs, { ...options, module, cache });
  const paths = new Map(programs.map((stored) => [stored.program, binary(stored)]));
  return {
    bin(program) {
      const path = paths.get(program);
      if (!path)
        throw new Error(`${program} is no program of the toolchain; add it to local/toolchain/programs.ts.`);
      return path;
    },
  };
}

/** Returns how many programs would be taken from the package, and compiled. Throws one sentence when Go is missing or old, and needed. */
export async function missingPrograms(): Promise<{ toTake: number; toCompile: number }> {
  const places = await placesOf({
    ...{ module: goModule, known: allPrograms, cache: programCache() },
    prebuilt: readPrebuilt(),
  });
  const missing = places.filter((stored) => !isStored(stored));
  const toTake = missing.filter(({ prebuilt }) => prebuilt !== undefined).length;
  return { toTake, toCompile: missing.length - toTake };
}

async function provide(
  programs: readonly Stored[],
  options: ToolchainOptions & { module: GoModule; cache: string },
): Promise<void> {
  const { report, module, cache, signal = new AbortController().signal } = options;
  const missing = programs.filter((stored) => !isStored(stored));
  const [taken, waiting] = [
    missing.filter(({ prebuilt }) => prebuilt !== undefined),
    missing.filter(({ prebuilt }) => prebuilt === undefined),
  ];
  const there = {
    ...{ total: programs.length, done: programs.length - waiting.length },
    ...{ cached: programs.length - missing.length, taken: taken.length },
  };
  const idle = { fetched: 0, packages: { compiled: 0, needed: 0 }, minutesLeft: undefined };
  if (missing.length === 0) return report({ ...there, ...idle });
  await inWorkFolder(cache, async (folder) => {
    await take(taken, folder);
    if (taken.length > 0) report({ ...there, ...idle });
    if (waiting.length === 0) return;
    const finished = join(folder, "bin");
    const packages = waiting.map((stored) => stored.package);
    const tell: Parameters<typeof compileInto>[1]["report"] = ({ finished: compiled, ...progress }) =>
      report({ ...there, done: there.done + compiled, ...progress });
    try {
      await compileInto(finished, { module, packages, cache, report: tell, signal });
    } finally {
      for (const stored of waiting) store(stored, compiledFile(finished, stored.package));
    }
  });
}
