import { createHash } from "node:crypto";
import { type ChainHead, mostBefore, type RememberedChain, type SaidHead } from "./memory.ts";

/** Number of lines in a commune's log of approvals, and the hash of the last one (docs/approval.md). */
export type LogHead = ChainHead;

/** The log beside a commune's declaration: a chain with one line for each statement about a change. */
export const logFile = "approvals.jsonl";

/** Hash that the first line of a log names as the one before it. */
export const firstPrevious = `sha256:${"0".repeat(64)}`;

/** Head of a log without lines. */
export const emptyLog: LogHead = { count: 0, head: firstPrevious };

/** Name of the ConfigMap with the log's head for the reconciler, its key, and its mount path. */
export const logHeadName = "approvals";
export const logHeadKey = "approvals.json";
export const logHeadFolder = "/etc/approvals";

/** Returns the lines of a log, unchanged. */
export function logLines(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** Returns the hash of a line, by which the next one names it. */
export function lineHash(line: string): string {
  return `sha256:${createHash("sha256").update(line).digest("hex")}`;
}

/** Returns what a commune states about its log. */
export function saidHead(lines: readonly string[]): SaidHead {
  const [head, ...before] = lines
    .slice(-mostBefore - 1)
    .map(lineHash)
    .reverse();
  return head === undefined ? emptyLog : { count: lines.length, head, before: before.reverse() };
}

/** The chain of a peer's log of approvals. */
export const approvalLog: RememberedChain = {
  growth: 2,
  gone: ({ count }) => `says nothing any more of its log of approvals, which had ${count} lines`,
  fewer: (last, now) => `its log of approvals had ${last.count} lines, and has ${now.count}`,
  other: ({ count }) => `line ${count} of its log of approvals was another one`,
  unsaid: (last, now) =>
    `its log of approvals had ${last.count} lines, and has ${now.count}: whether the first ${last.count} are as they were is not said`,
};
