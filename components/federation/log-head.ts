import { existsSync, readFileSync } from "node:fs";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { logFile, logLines, saidHead } from "./approvals.ts";
import type { SaidHead } from "./memory.ts";

/** Loads what a commune states about the log in its folder. */
export function loadLogHead(stacks: string, id: string): SaidHead {
  const file = inCommune(stacks, id, logFile);
  return saidHead(existsSync(file) ? logLines(readFileSync(file, "utf8")) : []);
}
