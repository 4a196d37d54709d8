import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExecaError, execa } from "execa";
import type { GoModule } from "./modules.ts";

const shownLines = 5;

/** The variables of every `go` run: static programs, the pinned modules as they are, this machine's Go and no other. */
export const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" };

/** The installed Go's version, such as `1.26.8`. Throws one sentence when Go is missing or older than the modules ask for. */
export async function goVersion(modules: readonly GoModule[]): Promise<string> {
  const needed = neededGo(modules);
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

/** The highest version in the modules' own `go` lines. */
function neededGo(modules: readonly GoModule[]): string {
  const versions = modules.map(
    ({ folder }) => /^go (\S+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1],
  );
  return versions
    .flatMap((version) => version ?? [])
    .reduce((a, b) => (compareVersions(a, b) < 0 ? b : a), "1.26");
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

/** The linker flags of a module. The trailing blank of an empty list is part of what Go's cache knows. */
export function linkerFlags(module: GoModule): string {
  const variables = Object.entries(module.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return `-s -w ${variables.join(" ")}`;
}

/** Builds one program to a file. Throws one sentence on a full disk, or with the compiler's last lines. */
export async function goBuild(
  module: GoModule,
  program: string,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", linkerFlags(module), "-o", output];
  try {
    await execa("go", ["build", ...flags, module.programs[program] ?? "."], {
      cwd: module.folder,
      env: goEnvironment,
      ...(signal && { cancelSignal: signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(failure(program, module, output, cause), { cause });
  }
}

function failure(program: string, module: GoModule, output: string, cause: unknown): string {
  const lines = lastLines(cause);
  if (/no space left on device|ENOSPC/.test(lines)) return diskFull(program, dirname(output));
  return `building ${program} in ${module.folder} failed. The compiler's last lines:\n${lines}`;
}

/** The sentence for a full disk: the output, Go's own cache or the temporary folder may be on it. */
export const diskFull = (program: string, folder: string): string =>
  `the disk is full: ${program} cannot be built. Free some gigabytes in ${folder}, in Go's cache ("go env GOCACHE") and in the temporary folder, then run this again; what is built stays.`;

function lastLines(cause: unknown): string {
  const output = cause instanceof ExecaError ? String(cause.stderr || cause.shortMessage) : String(cause);
  return output.trimEnd().split("\n").slice(-shownLines).join("\n");
}
