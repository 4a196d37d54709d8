import type { Redis } from "ioredis";

/** Refusal of a call while the light is red. */
export class RedLight extends Error {
  override name = "Stoplight::Error::RedLight";
}

/** Failures in a row after which the light is red, and for how long it is. */
const threshold = 10;
const coolOffMs = 30_000;

/**
 * Circuit breaker that all pods share: after ten failures in a row nobody calls for 30 s, and then whoever comes tries.
 * Source: lib/paperclip/attachment_extensions.rb and config/initializers/stoplight.rb of Mastodon.
 */
export class Stoplight {
  private readonly key: string;

  /** @param counts whether an error is a failure of what is called. */
  constructor(
    private readonly redis: Pick<Redis, "hmget" | "hincrby" | "hset" | "del">,
    name: string,
    private readonly counts: (error: unknown) => boolean,
  ) {
    this.key = `stoplight:${name}`;
  }

  /** Runs a call. Throws RedLight instead while the light is red. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const [failures, last] = await this.redis.hmget(this.key, "failures", "last");
    if (Number(failures ?? 0) >= threshold && Date.now() - Number(last) < coolOffMs)
      throw new RedLight("object-storage");
    try {
      const result = await call();
      await this.redis.del(this.key);
      return result;
    } catch (error) {
      if (this.counts(error)) {
        await this.redis.hincrby(this.key, "failures", 1);
        await this.redis.hset(this.key, "last", Date.now());
      }
      throw error;
    }
  }
}
