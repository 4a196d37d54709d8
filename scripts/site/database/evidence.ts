import * as z from "zod";

/** Ways in which a server is lost. */
const faults = ["postmaster killed", "pod deleted", "pod ended", "node powered off"] as const;
export type Fault = (typeof faults)[number];

const lossSchema = z.object({
  fault: z.enum(faults),
  /** Server that took writes, and its node. */
  primary: z.string(),
  node: z.string(),
  /** ISO 8601, of the clock that writes are counted by. */
  at: z.string(),
  /** Longest time without an acknowledged write around it, seconds. */
  seconds: z.number(),
  /** Server that took writes afterwards. */
  successor: z.string(),
  /** Servers that took writes at once when all were back. */
  writable: z.number(),
});

/** Observations of one loss of a server. */
export type Loss = z.output<typeof lossSchema>;

/** Observations of a trial of PostgreSQL on several nodes: kept as a line of JSON. */
export const evidenceSchema = z.object({
  at: z.string(),
  /** Version of Kubernetes. */
  kubernetes: z.string(),
  /** Image of the operator, which tells a double from the real one, and of the servers. */
  operator: z.string(),
  image: z.string(),
  /** Nodes on which the three servers were. */
  nodes: z.array(z.string()),
  losses: z.array(lossSchema),
  /** Writes that were acknowledged to the writer, and those of them that were not there at the end. */
  acknowledged: z.number(),
  lost: z.array(z.number()),
});
export type Evidence = z.output<typeof evidenceSchema>;

/** One acknowledged write: its number, and when, milliseconds. */
interface Acknowledged {
  number: number;
  at: number;
}

/** Reads what the writer said. Lines about writes that failed say nothing here: whether they were done is not known. */
export function acknowledgedIn(log: string): Acknowledged[] {
  return log.split("\n").flatMap((line) => {
    const [, number, at] = /^(\d+) (\d+)$/.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), at: Number(at) }];
  });
}

/** Returns when the last write failed, milliseconds; 0 if none did. */
export function lastFailure(log: string): number {
  return Math.max(0, ...[...log.matchAll(/^- (\d+)/gm)].map(([, at]) => Number(at)));
}

/**
 * Returns the longest time without an acknowledged write, seconds, that was not over at a moment and began before
 * another.
 *
 * @param from milliseconds.
 * @param to milliseconds.
 */
export function longestGap(writes: readonly Acknowledged[], from: number, to: number): number {
  const times = writes.map(({ at }) => at);
  const gaps = times.flatMap((at, index) => {
    const before = times[index - 1];
    return before !== undefined && at > from && before < to ? [at - before] : [];
  });
  return Math.round(Math.max(0, ...gaps) / 100) / 10;
}

/** Returns the numbers that were acknowledged and are not there. */
export function lostOf(writes: readonly Acknowledged[], there: readonly number[]): number[] {
  const kept = new Set(there);
  return writes.map(({ number }) => number).filter((number) => !kept.has(number));
}
