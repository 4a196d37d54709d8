import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExecaError, execa } from "execa";
import { goEnvironment } from "../go.ts";
import type { GoModule } from "./programs.ts";

const shownLines = 5;

/** Beginning of the lines in which Go names a module whose sources it fetches. */
const downloading = "go: downloading ";

/** The installed Go's version, such as `1.26.8`. Throws one sentence when Go is missing or older than the module asks for. */
export async function goVersion(module: GoModule): Promise<string> {
  const needed = neededGo(module);
  let output: string;
  try {
    ({ stdout: output } = await execa("go", ["env", "GOVERSION"], { env: goEnvironment }));
  } catch (cause) {
    if (cause instanceof ExecaError && cause.code === "ENOENT") {
      throw new Error(
        `Go is not installed, or not on PATH: install Go ${needed} or newer (https://go.dev/doc/install), then run this again.`,
        { cause },
      );
    }
    throw new Error(`"go env GOVERSION" failed: ${lastLines(cause)}`, { cause });
  }
  const version = output.trim().replace(/^go/, "");
  if (compareVersions(version, needed) < 0) {
    throw new Error(
      `Go ${version} is too old: install Go ${needed} or newer (https://go.dev/doc/install), then run this again.`,
    );
  }
  return version;
}

/** The version in the module's own `go` line. */
function neededGo({ folder }: GoModule): string {
  const version = /^go (\S+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
  if (version === undefined) throw new Error(`${join(folder, "go.mod")} does not say which Go it needs.`);
  return version;
}

/** Negative when a is older than b. Numbers only: a pre-release such as `1.27rc1` counts as its release. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => (version.match(/\d+/g) ?? []).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Compiler flags that omit what debuggers read: a seventh of the compiler's time, and nothing of it is left in a
 * program.
 */
export const compilerFlags = "-gcflags=all=-dwarf=false";

/** The linker flags of every program. A variable of a package that a program lacks changes nothing. */
export function linkerFlags({ variables }: GoModule): string {
  return ["-s -w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
}

/** Flags with which packages are compiled: other flags would compile them again. */
export const buildFlags = ["-trimpath", "-buildvcs=false", compilerFlags];

const flagsOf = ({ flags = [] }: GoModule): string[] => [...buildFlags, ...flags];

/**
 * Fetches the sources that are not there, and returns the packages that building these would compile, those that Go's
 * own cache does not hold, by import path, and how many bytes of source each has. Throws Go's last lines.
 *
 * @param fetched is called for each module whose sources are fetched.
 */
export async function packagesToCompile(
  module: GoModule,
  packages: readonly string[],
  signal: AbortSignal,
  fetched: () => void,
): Promise<Map<string, number>> {
  const stale = `{{if .Stale}}{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles "\t"}}{{end}}`;
  const listing = execa("go", ["list", "-deps", "-f", stale, ...flagsOf(module), ...packages], {
    cwd: module.folder,
    env: goEnvironment,
    cancelSignal: signal,
  });
  let stdout: string;
  try {
    for await (const line of listing.iterable({ from: "stderr" }))
      if (line.startsWith(downloading)) fetched();
    ({ stdout } = await listing);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(
      failure("sources of Go modules cannot be fetched (go env GOPROXY)", module.folder, cause),
      { cause },
    );
  }
  const found = stdout.split("\n").flatMap((line): [string, number][] => {
    const [importPath, folder = "", ...files] = line.split("\t");
    if (!importPath) return [];
    return [[importPath, files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)]];
  });
  return new Map(found);
}

/** The file name that `go build` gives the program of a package: a version at the end of its path does not count. */
export function executableOf(goPackage: string): string {
  const parts = goPackage.split("/").filter((part, index) => index === 0 || !/^v\d+$/.test(part));
  return parts.at(-1) ?? goPackage;
}

/**
 * Builds the programs of these packages into a folder, in one run that compiles each package once and each as soon as
 * its dependencies are compiled. A program appears in the folder when it is whole. Throws one sentence on a full
 * disk, or with the compiler's last lines.
 *
 * @param compiled is called with the import path of each package that is compiled.
 */
export async function goBuild(
  module: GoModule,
  packages: readonly string[],
  folder: string,
  signal: AbortSignal,
  compiled: (importPath: string) => void,
): Promise<void> {
  const flags = ["-v", ...flagsOf(module), "-ldflags", linkerFlags(module), "-o", join(folder, "/")];
  try {
    const building = execa("go", ["build", ...flags, ...packages], {
      cwd: module.folder,
      // In the folder's own file system, a finished program is moved and not copied.
      env: { ...goEnvironment, GOTMPDIR: dirname(folder) },
      cancelSignal: signal,
    });
    for await (const line of building.iterable({ from: "stderr" })) if (isImportPath(line)) compiled(line);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(failure(`building programs of ${module.folder} failed`, dirname(folder), cause), {
      cause,
    });
  }
}

/** Whether a line of `go build -v` is the name of a package: whatever else it writes there has a blank or a colon. */
function isImportPath(line: string): boolean {
  return /^[\w./~-]+$/.test(line);
}

function failure(what: string, folder: string, cause: unknown): string {
  const lines = lastLines(cause);
  if (/no space left on device|ENOSPC/.test(lines)) return diskFull(folder);
  return `${what}. Go's last lines:\n${lines}`;
}

/** The sentence for a full disk: the output, Go's own cache or the temporary folder may be on it. */
export const diskFull = (folder: string): string =>
  `the disk is full: the programs cannot be built. Free some gigabytes in ${folder} and in Go's caches ("go env GOCACHE GOMODCACHE"), then run this again; what is built stays.`;

function lastLines(cause: unknown): string {
  const output = cause instanceof ExecaError ? String(cause.stderr || cause.shortMessage) : String(cause);
  const said = output.trimEnd().split("\n");
  return said
    .filter((line) => !isImportPath(line) && !line.startsWith(downloading))
    .slice(-shownLines)
    .join("\n");
}
