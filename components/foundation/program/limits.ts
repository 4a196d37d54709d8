import { isIPv6 } from "node:net";

/** Rate limit by source: so many within a window of time. */
export class Limit {
  readonly #most: number;
  readonly #window: number;
  readonly #seen = new Map<string, { count: number; until: number }>();

  /** @param window milliseconds. */
  constructor(most: number, window: number) {
    this.#most = most;
    this.#window = window;
  }

  /** Counts one more; false where that is too many. */
  take(source: string, now: number): boolean {
    // Kept in the order in which they end: what is over is at the front.
    for (const [old, { until }] of this.#seen) {
      if (until > now) break;
      this.#seen.delete(old);
    }
    const known = this.#seen.get(source);
    if (known === undefined) {
      // Sources that nobody can count any more share one count.
      const key = this.#seen.size < mostSources ? source : "others";
      const shared = this.#seen.get(key);
      if (shared) shared.count += 1;
      else this.#seen.set(key, { count: 1, until: now + this.#window });
      return (this.#seen.get(key)?.count ?? 0) <= this.#most;
    }
    known.count += 1;
    return known.count <= this.#most;
  }
}

const mostSources = 10_000;

/**
 * Returns the source that a request is counted for: an address of IPv4, or the network that one subscriber has of IPv6
 * (/64). The last value was written by the ingress controller, from which alone requests come; anybody can write those
 * before it.
 */
export function sourceOf(forwarded: string | undefined, address: string | undefined): string {
  const last = (forwarded ?? "").split(",").at(-1)?.trim() || address || "unknown";
  if (!isIPv6(last)) return last.slice(0, 45);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(last);
  if (mapped?.[1]) return mapped[1];
  const [head = "", tail] = last.split("%")[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [
    ...first,
    ...Array.from({ length: Math.max(0, 8 - first.length - rest.length) }, () => "0"),
    ...rest,
  ];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
