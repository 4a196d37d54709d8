/** A write that a server acknowledged. Times are milliseconds since 1970. */
export interface Acknowledged {
  number: number;
  node: string;
  asked: number;
  at: number;
}

/**
 * Returns pairs of servers that took writes at once, a sentence each: each acknowledged a write that it was asked for
 * before the other one had answered.
 */
export function twice(writes: readonly Acknowledged[]): string[] {
  const inOrder = [...writes].sort((one, other) => one.asked - other.asked);
  return inOrder.flatMap((one, index) => {
    const said: string[] = [];
    for (const other of inOrder.slice(index + 1)) {
      if (other.asked >= one.at) break;
      if (other.node !== one.node)
        said.push(`${new Date(other.asked).toISOString()}: ${one.node} and ${other.node} took writes`);
    }
    return said;
  });
}

/**
 * Returns the longest time without an acknowledged write, seconds, that was not over at a moment; undefined if none was
 * acknowledged between it and another moment.
 */
export function longestGapIn(writes: readonly Acknowledged[], from: number, to: number): number | undefined {
  const times = writes.map(({ at }) => at).sort((one, other) => one - other);
  if (!times.some((at) => at > from && at <= to)) return undefined;
  const gaps = [...times, to].flatMap((at, index) => {
    const before = times[index - 1] ?? from;
    return at > from && before < to ? [Math.min(at, to) - before] : [];
  });
  return Math.max(...gaps) / 1000;
}
