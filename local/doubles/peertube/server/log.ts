import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";

type Level = "info" | "warn" | "error";

let label = "";

/** The lines that are written, by their weight; `log.level` raises it. */
const weights: Record<string, number> = { debug: 0, info: 0, warn: 1, error: 2 };
let least = 0;
let file: WriteStream | undefined;

/** Names the host in every later line, as the real server does, and leaves out lines below a level. */
export function logAs(host: string, level: string): void {
  label = `[${host}] `;
  least = weights[level] ?? 0;
}

/** Writes every later line into `peertube.log` of a folder as well. */
export function logInto(folder: string): void {
  file = createWriteStream(join(folder, "peertube.log"), { flags: "a", mode: 0o644 });
  file.on("error", () => {
    file = undefined;
  });
}

function write(level: Level, message: string, error?: unknown): void {
  if ((weights[level] ?? 0) < least) return;
  const time = new Date().toISOString().replace("T", " ").replace("Z", "");
  const detail = error === undefined ? "" : ` ${reason(error)}`;
  const line = `${label}${time} ${level}: ${message}${detail}\n`;
  process.stdout.write(line);
  file?.write(line);
}

/** An error in one line, with what caused it. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || (error as NodeJS.ErrnoException).code || error.name;
  if (error instanceof AggregateError && !error.message) return error.errors.map(reason).join("; ");
  return error.cause === undefined ? own : `${own} (${reason(error.cause)})`;
}

/** Writes lines to standard output; never given a secret. */
export const log = {
  info: (message: string) => write("info", message),
  warn: (message: string, error?: unknown) => write("warn", message, error),
  error: (message: string, error?: unknown) => write("error", message, error),
};

/** A line that is written at most once in so many milliseconds, with how often it was kept back. */
export function throttled(interval: number, line: (message: string) => void): (message: string) => void {
  let next = 0;
  let kept = 0;
  return (message) => {
    if (Date.now() < next) {
      kept += 1;
      return;
    }
    line(kept > 0 ? `${message} (and ${kept} times since the last line)` : message);
    next = Date.now() + interval;
    kept = 0;
  };
}
