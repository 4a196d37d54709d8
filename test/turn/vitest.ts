import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { type Result, readResults, resultsVariable } from "./results.ts";

const listSchema = z.array(z.object({ file: z.string(), projectName: z.string() }));

const ofProjects = (projects: readonly string[]) => projects.flatMap((name) => ["--project", name]);

/** Returns the test files of some of vitest's projects, by path below the root, with the project of each. */
export async function listFiles(
  root: string,
  projects: readonly string[],
): Promise<{ file: string; project: string }[]> {
  const { stdout } = await execa("vitest", ["list", "--filesOnly", "--json", ...ofProjects(projects)], {
    ...{ cwd: root, preferLocal: true, stdin: "ignore" },
  });
  return listSchema
    .parse(JSON.parse(stdout))
    .map(({ file, projectName }) => ({ file: relative(root, file), project: projectName }));
}

/** Result of a run of test files. */
export interface Ran {
  results: Result[];
  /** Whether vitest itself says so: an error outside of any test is nobody's result. */
  passed: boolean;
}

/** Destination of what vitest prints. */
export type Output = "inherit" | "ignore" | { file: string; append: true };

/** Settings of a start of vitest. */
export interface Options {
  /** Options of its own. */
  words: readonly string[];
  env: NodeJS.ProcessEnv | undefined;
  signal: AbortSignal | undefined;
  output: Output | undefined;
}

/** Sends a signal to all processes of a group, of which none may be left. */
function endGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal);
  } catch {
    // All of them have ended.
  }
}

/**
 * Runs test files of some of vitest's projects. One that did not get to its end has failed. Of a run that was broken off
 * there is what had passed by then: who knows why the others failed.
 */
export async function runFiles(
  root: string,
  projects: readonly string[],
  files: readonly string[],
  { words, env, signal, output = "inherit" }: Options,
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "test-results-"));
  const written = join(folder, "results");
  writeFileSync(written, "");
  try {
    const running = execa(
      "vitest",
      [
        ...["run", ...ofProjects(projects), "--reporter=default"],
        `--reporter=${join(import.meta.dirname, "results.ts")}`,
        ...words,
        ...files,
      ],
      {
        // A group of its own: what runs tests, and what they started, is not ended by the end of vitest itself.
        ...{
          cwd: root,
          preferLocal: true,
          stdin: "ignore",
          stdout: output,
          stderr: output,
          reject: false,
          detached: true,
        },
        env: { ...env, [resultsVariable]: written },
      },
    );
    const breakOff = () => endGroup(running.pid, "SIGTERM");
    signal?.addEventListener("abort", breakOff);
    if (signal?.aborted) breakOff();
    const { exitCode } = await running;
    signal?.removeEventListener("abort", breakOff);
    if (signal?.aborted) endGroup(running.pid, "SIGKILL");
    const ended = readResults(written);
    if (signal?.aborted) return { results: ended.filter(({ passed }) => passed), passed: true };
    const missing = files.filter((file) => ended.every((result) => result.file !== file));
    return {
      results: [...ended, ...missing.map((file) => ({ file, passed: false, seconds: 0 }))],
      passed: exitCode === 0 && missing.length === 0,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
