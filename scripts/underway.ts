/**
 * Tells whoever waits at a terminal what goes on, one line a step. On standard error: what was asked for stands alone on
 * standard output; and a log, a timer or a program that reads gets nothing of it.
 */
export function underway(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`… ${step}\n`);
}
