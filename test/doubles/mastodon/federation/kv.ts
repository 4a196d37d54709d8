import type { KvKey, KvStore, KvStoreSetOptions } from "@fedify/fedify";
import type { Redis } from "ioredis";

/** Data that fedify remembers of other servers, in the Redis for the cache. */
export class RedisKv implements KvStore {
  constructor(private readonly redis: Redis) {}

  async get<T = unknown>(key: KvKey): Promise<T | undefined> {
    const text = await this.redis.get(nameOf(key));
    return text === null ? undefined : (JSON.parse(text) as T);
  }

  async set(key: KvKey, value: unknown, options?: KvStoreSetOptions): Promise<void> {
    const text = JSON.stringify(value);
    const milliseconds = Math.round(options?.ttl?.total("millisecond") ?? 0);
    if (milliseconds > 0) await this.redis.set(nameOf(key), text, "PX", milliseconds);
    else await this.redis.set(nameOf(key), text);
  }

  async delete(key: KvKey): Promise<void> {
    await this.redis.del(nameOf(key));
  }
}

function nameOf(key: KvKey): string {
  return `cache:${key.map(encodeURIComponent).join("/")}`;
}
