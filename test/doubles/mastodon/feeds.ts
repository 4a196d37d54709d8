import type { Id } from "./database.ts";
import { statusEntityOf } from "./entities.ts";
import type { Site } from "./site.ts";
import type { Status } from "./store/statuses.ts";

const homeKey = (account: Id) => `feed:home:${account}`;

/** Posts that a home feed remembers. Source: app/lib/feed_manager.rb. */
const homeLength = 800;

/** Puts a post into the home feeds of these local accounts, and tells the streaming server. */
export async function fanOut(status: Status, accounts: Id[], site: Site): Promise<void> {
  const { redis } = site.services;
  const payload = await statusEntityOf(status, site);
  const update = JSON.stringify({ event: "update", payload });
  for (const account of accounts) {
    await redis.zadd(homeKey(account), Number(status.id), status.id);
    await redis.zremrangebyrank(homeKey(account), 0, -homeLength - 1);
    await redis.publish(`timeline:${account}`, update);
  }
  for (const channel of channelsOf(status)) await redis.publish(channel, update);
}

/** The channels of Redis on which a public post is told. Source: app/services/fan_out_on_write_service.rb. */
export function channelsOf(status: Pick<Status, "visibility" | "local" | "tags">): string[] {
  if (status.visibility !== "public") return [];
  const ends = status.local ? ["", ":local"] : ["", ":remote"];
  return [
    ...ends.map((end) => `timeline:public${end}`),
    ...status.tags.flatMap((tag) => [
      `timeline:hashtag:${tag}`,
      ...(status.local ? [`timeline:hashtag:${tag}:local`] : []),
    ]),
  ];
}

/** Tells the streaming server that a post is gone. */
export async function tellDeleted(status: Status, site: Site): Promise<void> {
  const message = JSON.stringify({ event: "delete", payload: status.id });
  for (const channel of channelsOf(status)) await site.services.redis.publish(channel, message);
}

/**
 * `tootctl feeds build --all`: the home feeds of all accounts here, from the rows. Nothing else makes one again: a feed that
 * is gone stays empty until somebody whom its owner follows posts. Source: lib/mastodon/cli/feeds.rb.
 */
export async function buildFeeds({ services: { pool, redis } }: Site): Promise<number> {
  const { rows: accounts } = await pool.query<{ id: Id }>(
    "SELECT a.id FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.domain IS NULL ORDER BY a.id",
  );
  for (const { id } of accounts) {
    const { rows: statuses } = await pool.query<{ id: Id }>(
      `SELECT s.id FROM statuses s WHERE s.deleted_at IS NULL AND s.visibility <> 'direct' AND (s.account_id = $1
         OR s.account_id IN (SELECT target_account_id FROM follows WHERE account_id = $1))
       ORDER BY s.id DESC LIMIT ${homeLength}`,
      [id],
    );
    await redis.del(homeKey(id));
    for (const status of statuses) await redis.zadd(homeKey(id), Number(status.id), status.id);
  }
  return accounts.length;
}

/** The posts in an account's home feed, newest first. */
export async function homeFeed(account: Id, limit: number, site: Site): Promise<Status[]> {
  const ids = await site.services.redis.zrevrange(homeKey(account), 0, limit - 1);
  return ids.length === 0 ? [] : site.statuses.timeline({ ids, limit });
}
