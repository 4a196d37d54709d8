/**
 * How long a chain is that a commune keeps, and the hash of its last link: peers remember both, so that links which were
 * taken away or replaced are noticed.
 */
export interface ChainHead {
  count: number;
  /** `sha256:` and 64 digits. */
  head: string;
}

/** What a commune says of its chain. */
export interface SaidHead extends ChainHead {
  /** Hashes of the links right before the last one, in their order: whether it has only grown is told by them. */
  before?: string[] | undefined;
}

/** Of how many links before the last one hashes are said: more than come between two questions. */
export const mostBefore = 64;

/** A head as it is remembered. */
export interface RememberedHead extends ChainHead {
  /** When it was seen first, ISO 8601; absent where that was before November 2026. */
  seen?: string | undefined;
  /** Whether the links before it were said: who did that once does it always. */
  saysBefore?: true;
}

/** What is remembered of a peer's chain, and what is wrong with what it says now. */
export interface Memory {
  /** The newest one last. */
  heads: readonly RememberedHead[];
  alarm?: string;
}

/** What is said of a chain that is not the remembered one. */
export interface Sentences {
  /** Where it says nothing any more; absent where a chain may end. */
  gone?: (last: ChainHead) => string;
  fewer: (last: ChainHead, now: ChainHead) => string;
  /** Where a link is another one: how many there were with it. */
  other: (now: Pick<ChainHead, "count">) => string;
  /** Where it has grown, and nothing tells whether the remembered links are in it. */
  unsaid: (last: ChainHead, now: ChainHead) => string;
}

/**
 * What is remembered of a peer's chain after its descriptor was read. While something is wrong nothing is remembered anew:
 * what was known of it is the proof. It is right again when the remembered links are in it.
 *
 * @param now what the descriptor says; nothing where it says nothing of it.
 * @param at when that was.
 */
export function remember(
  { heads, alarm }: Memory,
  now: SaidHead | undefined,
  { gone, fewer, other, unsaid }: Sentences,
  at: Date,
): Memory {
  const last = heads.at(-1);
  if (last === undefined) return { heads: now === undefined ? [] : [seen(now, at)] };
  if (now === undefined) return gone === undefined ? { heads } : { heads, alarm: gone(last) };
  if (now.count < last.count) return { heads, alarm: fewer(last, now) };
  const replaced = heads.find(({ count, head }) => (hashAt(now, count) ?? head) !== head);
  if (replaced !== undefined) return { heads, alarm: other(replaced) };
  if (now.count === last.count) return { heads };
  if (hashAt(now, last.count) === undefined) {
    if (now.before !== undefined || last.saysBefore) return { heads, alarm: unsaid(last, now) };
    // A peer of before says its last link alone: it is as it was only where that one is the remembered one.
    if (alarm !== undefined) return { heads, alarm };
  }
  return { heads: kept([...heads, seen(now, at)], at) };
}

function seen({ count, head, before }: SaidHead, at: Date): RememberedHead {
  return { count, head, seen: at.toISOString(), ...(before !== undefined && { saysBefore: true }) };
}

/** The hash of a link by what a commune says, counted from 1; nothing where it does not say it. */
function hashAt({ count, head, before = [] }: SaidHead, link: number): string | undefined {
  return [head, ...before.toReversed()][count - link];
}

/** How many of the newest heads are kept, whatever their age. */
const newest = 3;

/** Doublings of an hour after which heads are all the same age: nearly four years. */
const mostDoublings = 15;

/**
 * The newest heads, and of each age, an hour and its doublings, the first one that was seen: at most the twenty that a
 * descriptor may have, the very first among them. Many heads in a short time take the place of none that is older.
 */
function kept(heads: readonly RememberedHead[], now: Date): RememberedHead[] {
  const ages = heads.map((head) => ageOf(head, now));
  return heads.filter(
    (_, index) => index >= heads.length - newest || ages.indexOf(ages[index] ?? 0) === index,
  );
}

/** How often an hour was doubled since a head was seen. */
function ageOf({ seen: since }: RememberedHead, now: Date): number {
  if (since === undefined) return mostDoublings + 1;
  const hours = (now.getTime() - Date.parse(since)) / 3_600_000;
  return hours < 1 ? 0 : Math.min(mostDoublings, 1 + Math.floor(Math.log2(hours)));
}
