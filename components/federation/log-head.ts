import { existsSync, readFileSync } from "node:fs";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { emptyLog, type LogHead, lineHash, logFile, logLines } from "./approvals.ts";

/** The head of a commune's log, where it has one. */
export function loadLogHead(stacks: string, id: string): LogHead {
  const file = inCommune(stacks, id, logFile);
  const lines = existsSync(file) ? logLines(readFileSync(file, "utf8")) : [];
  const last = lines.at(-1);
  return last === undefined ? emptyLog : { count: lines.length, head: lineHash(last) };
}
