import { readFileSync } from "node:fs";
import type { PoolConfig } from "pg";
import { Refusal } from "./refusal.ts";

/** The environment of a process, as the double reads it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Address and credentials for a client of Redis. */
export interface RedisAddress {
  host: string;
  port: number;
  db: number;
  username?: string;
  password?: string;
  tls?: object;
}

/** A variable that is set and not blank. */
export function present(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === "" ? undefined : value;
}

/** A whole number from the environment. Throws Refusal when it is something else. */
export function number(env: Environment, name: string, fallback: number): number {
  const text = present(env, name);
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new Refusal(`Invalid ${name} environment variable: ${text}`);
  return Number(text);
}

/**
 * The Redis of one purpose: `""`, `"SIDEKIQ_"` or `"CACHE_"`, the last two falling back to the first.
 * Source: mastodon/mastodon lib/mastodon/redis_configuration.rb, v4.6.5.
 */
export function redisAddress(env: Environment, purpose: "" | "SIDEKIQ_" | "CACHE_" = ""): RedisAddress {
  const name = (end: string) => `${purpose}REDIS_${end}`;
  if (present(env, name("SENTINELS")) && present(env, name("SENTINEL_MASTER"))) {
    throw new Refusal(`${name("SENTINELS")} is set: the double knows no Redis Sentinel.`);
  }
  const url = present(env, name("URL"));
  if (url !== undefined) return redisOfUrl(url, name("URL"));
  const host = present(env, name("HOST"));
  if (host === undefined && purpose !== "") return redisAddress(env);
  const username = present(env, name("USER"));
  const password = present(env, name("PASSWORD"));
  return {
    host: host ?? "localhost",
    port: number(env, name("PORT"), 6379),
    db: number(env, name("DB"), 0),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

function redisOfUrl(text: string, name: string): RedisAddress {
  if (!URL.canParse(text) || !/^rediss?:\/\//.test(text)) {
    throw new Refusal(`Invalid ${name} environment variable: it must start with redis:// or rediss://`);
  }
  const url = new URL(text);
  return {
    host: url.hostname,
    port: url.port === "" ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(url.password !== "" && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === "rediss:" && { tls: {} }),
  };
}

/**
 * The database, from DATABASE_URL or DB_*. `connections` is what the process asks for when DB_POOL is not
 * set. Source: config/database.yml of v4.6.5; the modes are libpq's, and `prefer` connects in plain text.
 */
export function databaseAddress(env: Environment, connections: number): PoolConfig {
  const max = number(env, "DB_POOL", connections);
  const shared = { max, connectionTimeoutMillis: 15_000, application_name: "" };
  const url = present(env, "DATABASE_URL");
  if (url !== undefined) return { ...shared, connectionString: url };
  const mode = present(env, "DB_SSLMODE") ?? "prefer";
  const plain = ["disable", "allow", "prefer"].includes(mode);
  const checked = mode === "verify-ca" || mode === "verify-full";
  if (!plain && !checked && mode !== "require") {
    throw new Refusal(`ActiveRecord::DatabaseConfigurationError: invalid sslmode value: "${mode}"`);
  }
  const authority = present(env, "PGSSLROOTCERT");
  const ca =
    checked && authority !== undefined && authority !== "system" ? readFileSync(authority) : undefined;
  return {
    ...shared,
    host: present(env, "DB_HOST") ?? "localhost",
    port: number(env, "DB_PORT", 5432),
    database: present(env, "DB_NAME") ?? "mastodon_production",
    user: present(env, "DB_USER") ?? "mastodon",
    password: env.DB_PASS ?? "",
    ssl: plain ? false : { rejectUnauthorized: checked, ...(ca && { ca }) },
  };
}
