/**
 * How long a chain is that a commune keeps, and the hash of its last link: peers remember both, so that links which were
 * taken away or replaced are noticed.
 */
export interface ChainHead {
  count: number;
  /** `sha256:` and 64 digits. */
  head: string;
}

/** How many heads of a peer's chain are remembered: whoever rewrites it has to know them all. */
const mostHeads = 5;

/** What is remembered of a peer's chain, and what is wrong with what it says now. */
export interface Memory {
  /** The newest one last. */
  heads: readonly ChainHead[];
  alarm?: string;
}

/** What is said of a chain that is not the remembered one. */
export interface Sentences {
  /** Where it says nothing any more; absent where a chain may end. */
  gone?: (last: ChainHead) => string;
  fewer: (last: ChainHead, now: ChainHead) => string;
  other: (now: ChainHead) => string;
}

/**
 * What is remembered of a peer's chain after its descriptor was read. After an alarm nothing is remembered anew until the
 * chain is the remembered one again: what was known of it is the proof.
 *
 * @param now what the descriptor says; nothing where it says nothing of it.
 */
export function remember(
  { heads, alarm }: Memory,
  now: ChainHead | undefined,
  { gone, fewer, other }: Sentences,
): Memory {
  const last = heads.at(-1);
  if (last === undefined) return { heads: now === undefined ? [] : [now] };
  if (now === undefined) return gone === undefined ? { heads } : { heads, alarm: gone(last) };
  if (now.count < last.count) return { heads, alarm: fewer(last, now) };
  if (now.count === last.count) return now.head === last.head ? { heads } : { heads, alarm: other(now) };
  return alarm === undefined ? { heads: [...heads, now].slice(-mostHeads) } : { heads, alarm };
}
