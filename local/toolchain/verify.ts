import { existsSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../images/layer.ts";
import { type CompileOptions, compiledFile, compileInto, inWorkFolder } from "./compile.ts";
import { goVersion } from "./go.ts";
import { keyOf } from "./key.ts";
import { type Checksums, checksumsFile, type Prebuilt, releasedKey } from "./prebuilt.ts";
import type { ProgramGroup } from "./programs.ts";
import { binary, inGroup } from "./store.ts";

/** Programs to compile anew, and how it is told. */
export interface Anew extends Omit<CompileOptions, "packages"> {
  known: readonly ProgramGroup[];
}

/**
 * Compiles every program of some groups, whatever the cache holds, and gives the path of each to some work. Go's own cache of
 * packages is used. Throws one sentence when Go is missing or old, or the build fails.
 */
export async function withPrograms<Result>(
  { known, ...options }: Anew,
  work: (fileOf: (program: string) => string) => Promise<Result>,
): Promise<Result> {
  const programs = new Map(known.flatMap((group) => Object.entries(group.programs)));
  return inWorkFolder(options.cache, async (folder) => {
    const finished = join(folder, "bin");
    await compileInto(finished, { ...options, packages: [...programs.values()] });
    return work((program) => compiledFile(finished, programs.get(program) ?? program));
  });
}

/** Returns the checksums of programs that were compiled here. */
export async function checksumsOf(
  { module, known }: Pick<Anew, "module" | "known">,
  go: string,
  fileOf: (program: string) => string,
): Promise<Checksums> {
  const groups: Checksums["groups"] = {};
  for (const group of known) {
    const programs: Record<string, string> = {};
    for (const program of Object.keys(group.programs)) programs[program] = await sha256(fileOf(program));
    groups[group.name] = { key: keyOf(module, group, go), programs };
  }
  return { go, groups };
}

/** A program, by its SHA-256: what the toolkit says, what its sources give here, and what the cache runs, if it has it. */
export interface Verified {
  program: string;
  expected: string;
  built: string;
  inUse?: string;
}

/** Result of a verification. */
export interface Verification {
  go: string;
  programs: Verified[];
  /** Groups that were not compared: their sources are others than at the release. */
  changed: string[];
}

/**
 * Compiles the programs of the release from their sources, and compares bytes. Throws a sentence if nothing can be compared:
 * no checksums, another Go, or only other sources.
 */
export async function verify(
  { known, ...options }: Anew,
  prebuilt: Prebuilt | undefined,
): Promise<Verification> {
  const { module, cache } = options;
  if (prebuilt === undefined)
    throw new Error(
      `there is no ${checksumsFile}: this toolkit was made without programs, and there is nothing to compare with. "npm run package:programs" in its checkout writes it.`,
    );
  const { checksums } = prebuilt;
  const version = await goVersion(module);
  if (version !== checksums.go)
    throw new Error(
      `the programs were compiled by Go ${checksums.go}, and here is Go ${version}, whose bytes differ: install Go ${checksums.go} (https://go.dev/dl/), then run this again. Nothing was compiled.`,
    );
  const same = known.filter((group) => releasedKey(prebuilt, module, group) !== undefined);
  const changed = known.filter((group) => !same.includes(group)).map(({ name }) => name);
  if (same.length === 0)
    throw new Error(
      `the sources of every program are others than at the release: take the toolkit as it was released, then run this again. Nothing was compiled.`,
    );
  const built = await withPrograms({ ...options, known: same }, (fileOf) =>
    checksumsOf({ module, known: same }, version, fileOf),
  );
  const inUse = await inUseOf(same, checksums, cache);
  const programs = same.flatMap(({ name, programs: listed }) =>
    Object.keys(listed).map((program) => {
      const running = inUse.get(program);
      return {
        program,
        expected: checksums.groups[name]?.programs[program] ?? "",
        built: built.groups[name]?.programs[program] ?? "",
        ...(running !== undefined && { inUse: running }),
      };
    }),
  );
  return { go: version, programs, changed };
}

/** Returns the SHA-256 of each program of the release that the cache has. */
async function inUseOf(
  known: readonly ProgramGroup[],
  checksums: Checksums,
  cache: string,
): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const group of known)
    for (const stored of inGroup(group, join(cache, checksums.groups[group.name]?.key ?? "")))
      if (existsSync(binary(stored))) sums.set(stored.program, await sha256(binary(stored)));
  return sums;
}

/** Whether every program was compared, and has the same bytes everywhere. */
export const isSame = ({ programs, changed }: Verification): boolean =>
  changed.length === 0 &&
  programs.every(({ expected, built, inUse = expected }) => built === expected && inUse === expected);

const short = (sum: string) => sum.slice(0, 12);

/** A line for each program, and what it comes to. */
export function verificationText({ go, programs, changed }: Verification): string {
  const width = Math.max(...programs.map(({ program }) => program.length));
  const lines = programs.map(({ program, expected, built, inUse }) => {
    const here = built === expected ? "same bytes" : `DIFFERS: ${short(built)} from source`;
    const running =
      inUse === undefined || inUse === expected ? "" : `; DIFFERS: ${short(inUse)} in the cache`;
    return `  ${program.padEnd(width)}  ${short(expected)}  ${here}${running}`;
  });
  const differing = programs.filter(
    ({ expected, built, inUse = expected }) => built !== expected || inUse !== expected,
  );
  const result =
    differing.length === 0
      ? `${programs.length} programs, compiled by Go ${go} from the sources that ${checksumsFile} is of: the same bytes.`
      : `${differing.length} of ${programs.length} programs differ: ${differing.map(({ program }) => program).join(", ")}. Do not run them; report it (SECURITY.md).`;
  const left =
    changed.length > 0 ? `\nNot compared, since their sources changed: ${changed.join(", ")}.` : "";
  return `${lines.join("\n")}\n\n${result}${left}`;
}
