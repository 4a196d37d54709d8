import { type Connection, row, rows } from "../database/connection.ts";
import type { Actor } from "./actors.ts";
import type { FollowState } from "./follow-states.ts";

/** One actor that follows another. */
export interface Follow {
  id: number;
  actorId: number;
  targetActorId: number;
  url: string;
  state: FollowState;
  score: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The row of two actors. */
export function followOf(on: Connection, actor: number, target: number): Promise<Follow | undefined> {
  return row<Follow>(on, `SELECT * FROM "actorFollow" WHERE "actorId" = $1 AND "targetActorId" = $2`, [
    actor,
    target,
  ]);
}

/** Makes the row of two actors, or gives it another state and, when one is given, another address. */
export async function setFollow(
  on: Connection,
  actor: number,
  target: number,
  state: FollowState,
  url?: string,
): Promise<void> {
  await on.query(
    `INSERT INTO "actorFollow" ("actorId", "targetActorId", "state", "url") VALUES ($1, $2, $3, coalesce($4, ''))
     ON CONFLICT ("actorId", "targetActorId") DO UPDATE
     SET "state" = EXCLUDED."state", "url" = coalesce($4, "actorFollow"."url"), "updatedAt" = now()`,
    [actor, target, state, url ?? null],
  );
}

/** Forgets that one actor follows another. */
export async function removeFollow(on: Connection, actor: number, target: number): Promise<void> {
  await on.query(`DELETE FROM "actorFollow" WHERE "actorId" = $1 AND "targetActorId" = $2`, [actor, target]);
}

/** Takes ten points from the follows of an actor that could not be reached, or gives ten back (at most 1000). */
export async function changeScore(on: Connection, follower: number, reached: boolean): Promise<void> {
  await on.query(
    `UPDATE "actorFollow" SET "score" = greatest(0, least(1000, "score" + $2)) WHERE "actorId" = $1`,
    [follower, reached ? 10 : -10],
  );
}

interface ListedFollow extends Follow {
  follower: Actor;
  following: Actor;
  hostRedundancyAllowed: boolean;
  total: number;
}

const actorJson = (alias: string, server: string) =>
  `json_build_object('id', ${alias}."id", 'url', ${alias}."url", 'name', ${alias}."preferredUsername", 'host', ${server}."host",
    'hostRedundancyAllowed', coalesce(${server}."redundancyAllowed", false), 'createdAt', ${alias}."createdAt", 'avatars', '[]'::json, 'banners', '[]'::json,
    'followingCount', (SELECT count(*) FROM "actorFollow" x WHERE x."actorId" = ${alias}."id" AND x."state" = 'accepted'),
    'followersCount', (SELECT count(*) FROM "actorFollow" x WHERE x."targetActorId" = ${alias}."id" AND x."state" = 'accepted'))`;

/** The follows of the server's actor, or those that follow it, as the API lists them. */
export async function listFollows(
  on: Connection,
  server: number,
  query: {
    side: "following" | "followers";
    state: string | undefined;
    start: number;
    count: number;
    ownHost: string;
  },
): Promise<{ total: number; data: unknown[] }> {
  const side = query.side === "following" ? "actorId" : "targetActorId";
  const found = await rows<ListedFollow>(
    on,
    `SELECT f.*, ${actorJson("a", "sa")} AS follower, ${actorJson("t", "st")} AS following, (count(*) OVER ())::int AS total
     FROM "actorFollow" f
     JOIN "actor" a ON a."id" = f."actorId" LEFT JOIN "server" sa ON sa."id" = a."serverId"
     JOIN "actor" t ON t."id" = f."targetActorId" LEFT JOIN "server" st ON st."id" = t."serverId"
     WHERE f."${side}" = $1 AND ($2::text IS NULL OR f."state" = $2)
     ORDER BY f."id" DESC OFFSET $3 LIMIT $4`,
    [server, query.state ?? null, query.start, query.count],
  );
  const named = (actor: Actor) => ({ ...actor, host: actor.host ?? query.ownHost });
  const data = found.map(({ total: _, actorId: _a, targetActorId: _t, url: _u, ...follow }) => ({
    ...follow,
    follower: named(follow.follower),
    following: named(follow.following),
  }));
  return { total: found[0]?.total ?? 0, data };
}
