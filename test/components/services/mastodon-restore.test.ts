import type { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mastodonPoint } from "../../../components/services/mastodon/restore-point.ts";
import { buildFeeds, homeFeed } from "../../doubles/mastodon/feeds.ts";
import { parseCommand } from "../../doubles/mastodon/launch.ts";
import { migrate } from "../../doubles/mastodon/schema/migrate.ts";
import type { Services } from "../../doubles/mastodon/services.ts";
import { Site } from "../../doubles/mastodon/site.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";

/** Home feeds that the double keeps in Redis, in the memory of a test. */
class Sets implements Pick<Redis, "del"> {
  private readonly sets = new Map<string, Map<string, number>>();

  async zadd(key: string, score: number, member: string): Promise<void> {
    this.sets.set(key, (this.sets.get(key) ?? new Map()).set(member, score));
  }

  async zrevrange(key: string, from: number, to: number): Promise<string[]> {
    const members = [...(this.sets.get(key) ?? [])].sort(([, one], [, other]) => other - one);
    return members.slice(from, to + 1).map(([member]) => member);
  }

  async del(...keys: unknown[]): Promise<number> {
    return keys.filter((key) => this.sets.delete(String(key))).length;
  }

  flushAll(): void {
    this.sets.clear();
  }
}

const version = "4.6.5";
const redis = new Sets();
let postgresql: OwnPostgresql;
let pool: pg.Pool;
let site: Site;

beforeAll(async () => {
  postgresql = await ownPostgresql();
  pool = new pg.Pool({ host: "127.0.0.1", port: postgresql.port, user: "postgres", database: "postgres" });
  await migrate(pool, version, false);
  const settings = { localDomain: "a.test", webDomain: "a.test", alternateDomains: [] };
  site = new Site({ pool, redis, settings, version } as unknown as Services);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await postgresql?.close();
});

async function account(username: string, domain: string | null): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    "INSERT INTO accounts (username, domain) VALUES ($1, $2) RETURNING id",
    [username, domain],
  );
  const id = rows[0]?.id ?? "";
  if (domain === null)
    await pool.query("INSERT INTO users (email, account_id) VALUES ($1, $2)", [`${username}@a.test`, id]);
  return id;
}

test("after a restore with rows people find in their home what those whom they follow have posted", async () => {
  const [anna, bela, carl] = [
    await account("anna", null),
    await account("bela", "b.test"),
    await account("carl", "c.test"),
  ];
  await site.follows.add(anna, bela, null);
  const post = async (author: string, visibility: "public" | "direct") =>
    (
      await site.statuses.create({
        ...{ account_id: author, text: "bonjour", visibility, local: false, tags: [] },
      })
    ).id;
  const seen = await post(bela, "public");
  await post(carl, "public");
  await post(bela, "direct");
  await redis.zadd(`feed:home:${anna}`, Number(seen), seen);
  const home = async () => (await homeFeed(anna, 20, site)).map(({ id }) => id);
  expect(await home()).toEqual([seen]);

  redis.flushAll();
  expect(await home()).toEqual([]);
  for (const { command, when } of mastodonPoint({
    media: { kind: "volume", sizeGiB: 1, storageClass: undefined },
  }).afterAll) {
    expect(when).toBe("while it serves");
    const run = command.at(-1)?.split("\n").at(-1)?.replace("exec ", "") ?? "";
    if (parseCommand(run.split(" ")).kind === "feeds") await buildFeeds(site);
  }
  expect(await home()).toEqual([seen]);
});
