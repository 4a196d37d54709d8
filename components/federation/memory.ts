/**
 * Length of a chain that a commune keeps, and the hash of its last link. Peers remember both, so that removed or
 * replaced links are noticed.
 */
export interface ChainHead {
  count: number;
  /** `sha256:` and 64 digits. */
  head: string;
}

/** A commune's statement about its chain. */
export interface SaidHead extends ChainHead {
  /** Hashes of the links right before the last one, in their order: they show whether the chain has only grown. */
  before?: string[] | undefined;
}

/** Number of links before the last one whose hashes are stated: more than are added between two requests. */
export const mostBefore = 64;

/** A remembered head. */
export interface RememberedHead extends ChainHead {
  /** Time at which it was first seen, ISO 8601; absent if that was before November 2026. */
  seen?: string | undefined;
  /** Whether the links before it were stated: a commune that once did so always does. */
  saysBefore?: true;
}

/** The remembered part of a peer's chain, and the current problem of its statement. */
export interface Memory {
  /** Newest last. */
  heads: readonly RememberedHead[];
  alarm?: string;
}

/** A kind of chain: which of its heads are kept, and the sentences about one that is not the remembered one. */
export interface RememberedChain {
  /** Factor between the ages of the heads that are kept. The first is an hour. */
  growth: 2 | 4;
  /** The chain is no longer stated; absent if a chain may end. */
  gone?: (last: ChainHead) => string;
  fewer: (last: ChainHead, now: ChainHead) => string;
  /** A link was replaced: the length of the chain up to it. */
  other: (now: Pick<ChainHead, "count">) => string;
  /** The chain has grown, and nothing shows whether it contains the remembered links. */
  unsaid: (last: ChainHead, now: ChainHead) => string;
}

/**
 * Returns the memory of a peer's chain after its descriptor was read. While there is an alarm nothing new is
 * remembered: the earlier heads are the proof. The alarm ends once the remembered links are in the chain again.
 *
 * @param now statement of the descriptor; undefined if it makes none.
 * @param at when it was read.
 */
export function remember(
  { heads, alarm }: Memory,
  now: SaidHead | undefined,
  { growth, gone, fewer, other, unsaid }: RememberedChain,
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
    // A peer with an older toolkit states its last link only: its chain is unchanged only if that is the remembered one.
    if (alarm !== undefined) return { heads, alarm };
  }
  return { heads: kept([...heads, seen(now, at)], at, growth) };
}

function seen({ count, head, before }: SaidHead, at: Date): RememberedHead {
  return { count, head, seen: at.toISOString(), ...(before !== undefined && { saysBefore: true }) };
}

/** Returns the hash of a link, counted from 1, from a commune's statement; undefined if the statement lacks it. */
function hashAt({ count, head, before = [] }: SaidHead, link: number): string | undefined {
  return [head, ...before.toReversed()][count - link];
}

/** Number of newest heads that are kept, whatever their age. */
const newest = 3;

/** Hours after which heads have the same age: nearly four years. */
const oldest = 2 ** 15;

/**
 * Returns the newest heads, and the first one seen of each age, an hour and its multiples by `growth`. They are at most
 * the twenty that a descriptor may have, and include the very first. Many heads in a short time displace no older one.
 */
function kept(heads: readonly RememberedHead[], now: Date, growth: number): RememberedHead[] {
  const ages = heads.map((head) => ageOf(head, now, growth));
  return heads.filter(
    (_, index) => index >= heads.length - newest || ages.indexOf(ages[index] ?? 0) === index,
  );
}

/** Returns how often an hour has grown since a head was seen. */
function ageOf({ seen: since }: RememberedHead, now: Date, growth: number): number {
  if (since === undefined) return Number.POSITIVE_INFINITY;
  const hours = Math.min(oldest, (now.getTime() - Date.parse(since)) / 3_600_000);
  return hours < 1 ? 0 : 1 + Math.floor(Math.log2(hours) / Math.log2(growth));
}
