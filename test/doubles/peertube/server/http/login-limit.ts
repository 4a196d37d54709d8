import type { Context, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";

interface Limit {
  enabled: boolean;
  window: number;
  max: number;
}

/** Counts the requests for a token of each address: 15 in 5 minutes by default, good ones included. */
export class LoginLimit {
  private readonly seen = new Map<string, { count: number; until: number }>();

  constructor(private readonly limit: () => Limit) {}

  readonly middleware: MiddlewareHandler = async (c, next) => {
    const { enabled, max } = this.limit();
    if (!enabled) return next();
    const count = this.count(addressOf(c));
    c.header("x-ratelimit-limit", String(max));
    c.header("x-ratelimit-remaining", String(Math.max(0, max - count)));
    if (count > max) return problem(c, 429, "Too many requests, please try again later.");
    return next();
  };

  /** Counts the requests that an address has made in its window, with this one. */
  count(address: string, now = Date.now()): number {
    const known = this.seen.get(address);
    const entry = known && known.until > now ? known : { count: 0, until: now + this.limit().window };
    entry.count += 1;
    this.seen.set(address, entry);
    return entry.count;
  }
}

/** The address that the proxy in front reports, or one for all when there is none. */
function addressOf(c: Context): string {
  return c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "direct";
}
