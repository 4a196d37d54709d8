import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Something about an object. Its key is written first: lines are sorted by it. */
export interface Keyed {
  key: string;
}

/**
 * Writes values to a file, a line of JSON each, in the order of their bytes: memory does not grow with their number,
 * and no store's own order is relied upon.
 */
export async function writeSorted(pages: AsyncIterable<readonly Keyed[]>, file: string): Promise<void> {
  const words = ["--buffer-size=32M", `--temporary-directory=${dirname(file)}`, `--output=${file}`];
  const child = spawn("sort", words, {
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [code] = await Promise.all([ended, pipeline(Readable.from(texts(pages)), child.stdin)]);
  if (code !== 0) throw new Error(`sort ended with ${code ?? "a signal"}: ${said.trim()}`);
}

/** First line of every file: restic 0.18 makes no snapshot of an empty one ("no data read"). */
export const noValue = "\n";

async function* texts(pages: AsyncIterable<readonly Keyed[]>): AsyncGenerator<string> {
  yield noValue;
  for await (const page of pages)
    if (page.length > 0) yield page.map(({ key, ...rest }) => `${lineOf({ key, ...rest })}\n`).join("");
}

/** Returns a value as one line: Node 24 reads two where JSON leaves these separators as they are (nodejs/node#57591). */
const lineOf = (value: unknown) =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (separator) =>
    separator === "\u2028" ? "\\u2028" : "\\u2029",
  );

/** Yields the values of a file, one line at a time. */
export async function* readLines<T extends Keyed>(file: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    if (line !== "") yield JSON.parse(line) as T;
}

/** Compares two keys in the order in which their lines are sorted. */
export function compareKeys(one: string, other: string): number {
  const [a, b] = [one, other].map((key) => Buffer.from(lineOf(key)));
  return a && b ? Buffer.compare(a, b) : 0;
}

/** Yields the values of each key together. */
export async function* grouped<T extends Keyed>(
  values: AsyncIterable<T>,
): AsyncGenerator<{ key: string; all: T[] }> {
  let group: { key: string; all: T[] } | undefined;
  for await (const value of values) {
    if (group?.key === value.key) group.all.push(value);
    else {
      if (group !== undefined) yield group;
      group = { key: value.key, all: [value] };
    }
  }
  if (group !== undefined) yield group;
}
