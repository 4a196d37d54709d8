import { readFileSync } from "node:fs";

/** Seconds that a step took. */
export async function seconds(step: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await step();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Seconds by the clock, and of processor time. */
export interface Taken {
  clock: number;
  processor: number;
}

/** Time that a step took, with the processor time of the processes that it started and that have ended. */
export async function taken(step: () => Promise<unknown>): Promise<Taken> {
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

/**
 * Time that each of some steps takes that are run in turns: the median of an odd number of runs. The first turn
 * compiles what has changed and warms file caches, and is not counted.
 */
export async function inTurns(
  steps: readonly (readonly [string, () => Promise<unknown>])[],
  runs: number,
): Promise<({ title: string } & Taken)[]> {
  const figures: Taken[][] = steps.map(() => []);
  for (let turn = 0; turn <= runs; turn++)
    for (const [index, [, step]] of steps.entries()) {
      const figure = await taken(step);
      if (turn > 0) figures[index]?.push(figure);
    }
  return steps.map(([title], index) => {
    const own = figures[index] ?? [];
    return {
      title,
      clock: median(own.map(({ clock }) => clock)),
      processor: median(own.map(({ processor }) => processor)),
    };
  });
}
