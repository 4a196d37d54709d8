import { createHash } from "node:crypto";
import { type ChainHead, mostBefore, type SaidHead, type Sentences } from "./memory.ts";

/** How many lines a commune's log of approvals has, and the hash of the last one (docs/approval.md). */
export type LogHead = ChainHead;

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

/** What a commune says of its log. */
export function saidHead(lines: readonly string[]): SaidHead {
  const [head, ...before] = lines
    .slice(-mostBefore - 1)
    .map(lineHash)
    .reverse();
  return head === undefined ? emptyLog : { count: lines.length, head, before: before.reverse() };
}

/** What a peer is said to have done to its log. */
export const logSentences: Sentences = {
  gone: ({ count }) => `says nothing any more of its log of approvals, which had ${count} lines`,
  fewer: (last, now) => `its log of approvals had ${last.count} lines, and has ${now.count}`,
  other: ({ count }) => `line ${count} of its log of approvals was another one`,
  unsaid: (last, now) =>
    `its log of approvals had ${last.count} lines, and has ${now.count}: whether the first ${last.count} are as they were is not said`,
};
