import { spawn } from "node:child_process";

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
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** The most that is kept of what a command says, characters. */
const longest = 64 * 1024 * 1024;
const longestError = 4000;

/** Time between SIGTERM and SIGKILL, milliseconds. */
const graceMs = 30_000;

/** Runs a command without a shell. Secrets reach it in files and its environment only. Throws if it cannot be started. */
export function run(program: string, words: readonly string[], options: Run): Promise<Ended> {
  const { env = {}, cwd, input, timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    // restic removes its lock; one that hangs does not. Node's own limit would keep the program alive where a command
    // cannot be started.
    let timer = setTimeout(() => {
      child.kill("SIGTERM");
      timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    }, timeoutMs);
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (out.length < longest) out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err = (err + text).slice(-longestError);
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, out, err });
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
