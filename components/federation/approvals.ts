import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * How many lines a commune's log of approvals has, and the hash of the last one. Peers remember both, so that lines which
 * were taken away or rewritten are noticed (docs/approval.md).
 */
export interface LogHead {
  count: number;
  /** `sha256:` and 64 digits. */
  head: string;
}

/** The log beside a commune's declaration: one line for each thing that was said of a change, chained. */
export const logFile = "approvals.jsonl";

/** What the first line of a log names as the one before it. */
export const firstPrevious = `sha256:${"0".repeat(64)}`;

/** What is known of a log that has no line. */
export const emptyLog: LogHead = { count: 0, head: firstPrevious };

/** Name of the ConfigMap that tells the reconciler of the log, its key, and where it is mounted. */
export const logHeadName = "approvals";
export const logHeadKey = "approvals.json";
export const logHeadFolder = "/etc/approvals";

/** The lines of a log as they stand. */
export function logLines(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** The hash of a line: what the next one names as the one before it. */
export function lineHash(line: string): string {
  return `sha256:${createHash("sha256").update(line).digest("hex")}`;
}

/** The head of a commune's log, where it has one. */
export function loadLogHead(stacks: string, id: string): LogHead {
  const file = join(stacks, id, logFile);
  const lines = existsSync(file) ? logLines(readFileSync(file, "utf8")) : [];
  const last = lines.at(-1);
  return last === undefined ? emptyLog : { count: lines.length, head: lineHash(last) };
}

/** How many heads of a peer's log are remembered: whoever rewrites it has to know them all. */
const mostHeads = 5;

/** What is remembered of a peer's log, and what is wrong with what it says now. */
export interface Memory {
  /** The newest one last. */
  heads: readonly LogHead[];
  alarm?: string;
}

/**
 * What is remembered of a peer's log after its descriptor was read. After an alarm nothing is remembered anew until the
 * log is the remembered one again: what was known of it is the proof.
 *
 * @param now what the descriptor says; nothing where it says nothing of a log.
 */
export function remember({ heads, alarm }: Memory, now: LogHead | undefined): Memory {
  const last = heads.at(-1);
  if (last === undefined) return { heads: now === undefined ? [] : [now] };
  if (now === undefined)
    return { heads, alarm: `says nothing any more of its log of approvals, which had ${last.count} lines` };
  if (now.count < last.count)
    return { heads, alarm: `its log of approvals had ${last.count} lines, and has ${now.count}` };
  if (now.count === last.count)
    return now.head === last.head
      ? { heads }
      : { heads, alarm: `line ${now.count} of its log of approvals was another one` };
  return alarm === undefined ? { heads: [...heads, now].slice(-mostHeads) } : { heads, alarm };
}
