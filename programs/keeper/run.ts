import { spawn } from "node:child_process";
import { endWhenStill, stillFor, stillMs } from "../../components/foundation/program/still.ts";

/** Result of a command. */
export interface Ended {
  /** undefined if it was killed. */
  code: number | undefined;
  out: string;
  /** The end of what it said of errors. */
  err: string;
}

export interface Run {
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  /** Time after which it is ended if nothing moved; {@link stillMs} when absent. */
  stillMs?: number;
  /** Process whose progress counts, with everything that it started; the command's own when absent. */
  progressOf?: number;
  signal?: AbortSignal | undefined;
}

/** The most that is kept of what a command says, characters. */
const longest = 64 * 1024 * 1024;
const longestError = 4000;

/** Runs a command without a shell. Secrets reach it in files and its environment only. Throws if it cannot be started. */
export function run(program: string, words: readonly string[], options: Run = {}): Promise<Ended> {
  const { env = {}, cwd, input, signal, progressOf, stillMs: afterMs = stillMs } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    const watched = endWhenStill(child, afterMs, progressOf);
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (out.length < longest) out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err = (err + text).slice(-longestError);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code: code ?? undefined,
        out,
        err: watched.stoodStill ? `${err}\n${stillFor(afterMs)}` : err,
      });
    });
    // It may end before it has read all.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}

/** Reason why a command failed, in one line. */
export function reasonOf(what: string, { code, err }: Ended): string {
  const lines = err.trim().split("\n").slice(-3).join(" ").slice(-500);
  return `${what} ended with ${code ?? "a signal"}: ${lines}`;
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // `fetch` says "fetch failed", and its cause why.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
