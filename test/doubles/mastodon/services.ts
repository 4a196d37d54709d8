import type { Redis } from "ioredis";
import type { Pool } from "pg";
import { asLibpq, openDatabase } from "./database.ts";
import { databaseAddress, type Environment, redisAddress } from "./environment.ts";
import { Jobs } from "./jobs.ts";
import { openRedis } from "./redis.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Settings and stores of a running process of Mastodon. */
export interface Services {
  settings: Settings;
  /** Release of the code, such as 4.6.5. */
  version: string;
  pool: Pool;
  /** Feeds, messages to the streaming server, registrations. */
  redis: Redis;
  /** Answers of other servers, for a while. */
  cache: Redis;
  jobs: Jobs;
}

/**
 * Reads the settings and reaches PostgreSQL and each Redis. Throws Refusal: a process of the double does
 * not start without them.
 */
export async function openServices(
  env: Environment,
  version: string,
  connections: number,
): Promise<Services> {
  const settings = readSettings(env);
  const pool = await openDatabase({ ...databaseAddress(env, connections), ...asLibpq(env) });
  const sidekiq = redisAddress(env, "SIDEKIQ_");
  try {
    const redis = await openRedis(redisAddress(env));
    const cache = await openRedis(redisAddress(env, "CACHE_"));
    (await openRedis(sidekiq)).disconnect();
    return { settings, version, pool, redis, cache, jobs: new Jobs(sidekiq) };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Closes what `openServices` opened. */
export async function closeServices({ pool, redis, cache, jobs }: Services): Promise<void> {
  await jobs.close();
  redis.disconnect();
  cache.disconnect();
  await pool.end();
}
