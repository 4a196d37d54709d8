import { appendFileSync, existsSync, readFileSync } from "node:fs";
import canonicalize from "canonicalize";
import * as z from "zod";
import {
  emptyLog,
  firstPrevious,
  type LogHead,
  lineHash,
  logLines,
} from "../components/federation/approvals.ts";
import { communeId } from "../components/foundation/declaration/identifier.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Fields of every line of a chained log: whose it is, when it was written, and which line it follows. */
export const chained = {
  stack: communeId().describe("Id of the commune."),
  at: z.iso.datetime().describe("When, by the clock of whoever wrote it."),
  previous: sha256.describe("Of the line before; 64 zeros in the first one."),
};

/** A line of any chained log. */
interface ChainedLine {
  entry: { stack: string; previous: string };
}

/** A line as it stands, with its content if it can be read. */
export interface Read<Line extends ChainedLine> {
  /** Number of the line, from 1, as editors count. */
  number: number;
  hash: string;
  line: Line | undefined;
  /** Reason why the line cannot be read. */
  problem?: string;
}

/** The text of an entry that is signed: its canonical JSON (RFC 8785). */
export function signedText(entry: object): string {
  return canonicalize(entry) ?? "";
}

/** The lines of a chained log. */
export function readLines<Line extends ChainedLine>(text: string, schema: z.ZodType<Line>): Read<Line>[] {
  return logLines(text).map((raw, index) => ({
    number: index + 1,
    hash: lineHash(raw),
    ...parsed(raw, schema),
  }));
}

function parsed<Line extends ChainedLine>(
  raw: string,
  schema: z.ZodType<Line>,
): Pick<Read<Line>, "line" | "problem"> {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { line: undefined, problem: "is no JSON" };
  }
  const read = schema.safeParse(value);
  if (read.success) return { line: read.data };
  const [issue] = read.error.issues;
  return { line: undefined, problem: `cannot be read (${issue?.path.join(".")}: ${issue?.message})` };
}

/** Number of lines of a log, and the hash of the last one. */
export function headOf(lines: readonly { hash: string }[]): LogHead {
  const last = lines.at(-1);
  return last === undefined ? emptyLog : { count: lines.length, head: last.hash };
}

/**
 * Returns what is wrong with the place of a line in its log: the commune that it names, and the line that it follows.
 */
export function placeProblems(lines: readonly Read<ChainedLine>[], index: number, stack: string): string[] {
  const entry = lines[index]?.line?.entry;
  if (entry === undefined) return [];
  const previous = lines[index - 1]?.hash ?? firstPrevious;
  return [
    ...(entry.stack === stack ? [] : [`is of ${entry.stack}, not of ${stack}`]),
    ...(entry.previous === previous
      ? []
      : [`does not follow the line before it: one was changed, taken away, put between or moved`]),
  ];
}

/** The text of a log beside a commune's declaration; empty if there is no file. */
export function textOf(stacks: string, id: string, name: string): string {
  const file = inCommune(stacks, id, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Puts a line behind the others. */
export function appendTo(stacks: string, name: string, line: ChainedLine): void {
  appendFileSync(inCommune(stacks, line.entry.stack, name), `${JSON.stringify(line)}\n`);
}
