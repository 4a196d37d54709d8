import { readFileSync } from "node:fs";

/** Seconds that a step took. */
export async function seconds(step: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await step();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** What a step took by the clock, and what processor time the processes took that it started and that have ended, in seconds. */
export async function taken(step: () => Promise<unknown>): Promise<{ clock: number; processor: number }> {
  const before = processorOfChildren();
  const clock = await seconds(step);
  return { clock, processor: processorOfChildren() - before };
}

/** cutime and cstime, in ticks of 10 ms. Source: proc_pid_stat(5). */
export function processorOfChildren(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The middle one of an odd number of figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("A median needs at least one figure");
  return middle;
}
