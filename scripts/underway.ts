import type { Translated } from "../components/foundation/language/language.ts";
import { spoken } from "./language.ts";

/**
 * Reports progress to whoever waits at a terminal, one line a step. On standard error: standard output has only what
 * was asked for; a log, a timer or a reading program gets nothing of it.
 */
export function underway(step: Translated | string): void {
  if (process.stderr.isTTY) process.stderr.write(`… ${spoken(step)}\n`);
}
