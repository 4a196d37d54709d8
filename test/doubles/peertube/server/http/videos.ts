import type { Context } from "@fedify/fedify";
import type { Context as Request } from "hono";
import { Hono } from "hono";
import { row, rows } from "../database/connection.ts";
import { activities } from "../federation/activities.ts";
import { actors } from "../federation/actors.ts";
import { broadcast } from "../federation/delivery.ts";
import { privacy, states, type VideoRow } from "../federation/videos.ts";
import type { Instance } from "../instance.ts";
import { authenticated, isAdministrator, userOf } from "./oauth.ts";
import { page, problem } from "./problem.ts";
import { removeFiles, resolutionsOf, storyboardOf, torrentOf } from "./video-store.ts";

const labels: Record<number, string> = { 1: "Public", 2: "Unlisted", 3: "Private", 4: "Internal" };
const stateLabels: Record<number, string> = { 1: "Published", 2: "To transcode" };

/** Bit of `include` that asks for videos in every state, and for the state. Source: packages/models/src/videos/video-include.enum.ts. */
const withStates = 1;

/** A video with the names of those who made it. */
export interface ListedVideo extends VideoRow {
  accountName: string;
  accountUrl: string;
  channelName: string;
  channelTitle: string;
  channelUrl: string;
  host: string | null;
  followed: boolean;
}

const select = `
  SELECT v.*, a."preferredUsername" AS "accountName", a."url" AS "accountUrl", c."preferredUsername" AS "channelName",
    c."name" AS "channelTitle", c."url" AS "channelUrl", s."host",
    (NOT v."remote" OR EXISTS (
      SELECT 1 FROM "actorFollow" f JOIN "actor" me ON me."id" = f."actorId"
      WHERE me."type" = 'Application' AND me."serverId" IS NULL AND f."state" = 'accepted'
        AND (f."targetActorId" IN (v."accountActorId", v."channelActorId")
          OR f."targetActorId" IN (SELECT "actorId" FROM "videoShare" WHERE "videoId" = v."id")))) AS followed
  FROM "video" v JOIN "actor" a ON a."id" = v."accountActorId" JOIN "actor" c ON c."id" = v."channelActorId"
  LEFT JOIN "server" s ON s."id" = c."serverId"`;

/** Filters of a list of videos. */
export interface VideoQuery {
  isLocal?: boolean | undefined;
  search?: string | undefined;
  /** An account or a channel, by its name and, for one of another server, its host. */
  /** Those of these privacies alone; public ones when absent. */
  privacies?: readonly number[] | undefined;
  author?: { kind: "account" | "channel"; name: string; host: string | null } | undefined;
  start: number;
  count: number;
}

/** The public videos of this server and of those that it follows, newest first. */
export async function listVideos(
  { pool }: Instance,
  query: VideoQuery,
): Promise<{ total: number; data: ListedVideo[] }> {
  const { isLocal, search, author, start, count, privacies = [privacy.public] } = query;
  const found = await rows<ListedVideo & { total: number }>(
    pool,
    `SELECT *, (count(*) OVER ())::int AS total FROM (${select}) x
     WHERE followed AND "privacy" = ANY($8)
       AND ($1::boolean IS NULL OR "remote" <> $1)
       AND ($2::text IS NULL OR position(lower(unaccent($2)) IN lower(unaccent("name"))) > 0)
       AND ($3::text IS NULL OR ((CASE $4 WHEN 'account' THEN "accountName" ELSE "channelName" END) = $3 AND "host" IS NOT DISTINCT FROM $5))
     ORDER BY "publishedAt" DESC, "id" DESC OFFSET $6 LIMIT $7`,
    [
      isLocal ?? null,
      search ?? null,
      author?.name ?? null,
      author?.kind ?? null,
      author?.host ?? null,
      start,
      count,
      privacies,
    ],
  );
  return { total: found[0]?.total ?? 0, data: found };
}

/** A video by its number or its uuid. */
export function videoBy({ pool }: Instance, id: string): Promise<ListedVideo | undefined> {
  return row<ListedVideo>(pool, `SELECT * FROM (${select}) x WHERE "id"::text = $1 OR "uuid"::text = $1`, [
    id,
  ]);
}

/** A video as the API shows it. */
function videoJson(instance: Instance, video: ListedVideo, shown: "listed" | "with state" | "whole") {
  const host = video.host ?? instance.address.host;
  const playlist = {
    id: video.id,
    type: 1,
    playlistUrl: video.playlistUrl,
    files: resolutionsOf(instance).map((resolution) => ({
      resolution,
      size: Number(video.size),
      fileUrl: video.fileUrl,
      ...(!video.remote && {
        torrentUrl: `${instance.address.url}/lazy-static/torrents/${torrentOf(video.uuid)}`,
      }),
    })),
  };
  return {
    id: video.id,
    uuid: video.uuid,
    shortUUID: video.uuid,
    url: video.url,
    name: video.name,
    description: video.description,
    duration: video.duration,
    isLocal: !video.remote,
    privacy: { id: video.privacy, label: labels[video.privacy] },
    publishedAt: video.publishedAt,
    createdAt: video.publishedAt,
    account: { name: video.accountName, host, url: video.accountUrl, displayName: video.accountName },
    channel: { name: video.channelName, host, url: video.channelUrl, displayName: video.channelTitle },
    ...(shown !== "listed" && { state: { id: video.state, label: stateLabels[video.state] } }),
    ...(shown === "whole" && { files: [], streamingPlaylists: [playlist] }),
  };
}

async function show(instance: Instance, c: Request): Promise<Response> {
  const video = await videoBy(instance, c.req.param("id") ?? "");
  if (!video) return problem(c, 404, "Video not found");
  const user = await userOf(instance, c);
  if (video.privacy > privacy.unlisted && user === undefined)
    return problem(c, 401, "Please authenticate to get the video");
  if (!video.followed && user === undefined) {
    return problem(
      c,
      403,
      "Cannot get this video regarding follow constraints",
      "does_not_respect_follow_constraints",
    );
  }
  return c.json(videoJson(instance, video, "whole"));
}

async function remove(context: Context<Instance>, c: Request): Promise<Response> {
  const instance = context.data;
  const video = await videoBy(instance, c.req.param("id") ?? "");
  if (!video) return problem(c, 404, "Video not found");
  const user = await userOf(instance, c);
  const owner = await row<{ userId: number }>(
    instance.pool,
    `SELECT "userId" FROM "account" WHERE "actorId" = $1`,
    [video.accountActorId],
  );
  if (user === undefined || (owner?.userId !== user && !(await isAdministrator(instance, user))))
    return problem(c, 403, "Cannot manage a video of another user.");
  await instance.pool.query(`DELETE FROM "video" WHERE "id" = $1`, [video.id]);
  if (video.remote) return c.body(null, 204);
  await removeFiles(instance, video.uuid, video.privacy);
  const [account, channel, server] = [
    await actors.byId(instance.pool, video.accountActorId),
    await actors.byId(instance.pool, video.channelActorId),
    await actors.server(instance.pool),
  ];
  if (account && channel && video.privacy === privacy.public) {
    await broadcast(context, account, [account, channel, server], activities.remove(video.url, account));
  }
  return c.body(null, 204);
}

/** `/api/v1/videos` without uploads, and the search in what is known here. */
export function videoRoutes(context: Context<Instance>): Hono {
  const instance = context.data;
  const app = new Hono();
  const local = (c: Request) => {
    const asked = c.req.query("isLocal");
    return asked === undefined ? undefined : asked === "true";
  };
  const list = async (c: Request, search?: string) => {
    const privacies = c.req.queries("privacyOneOf")?.map(Number);
    const include = Number(c.req.query("include") ?? 0);
    const user = include !== 0 || privacies !== undefined ? await userOf(instance, c) : undefined;
    if ((include !== 0 || privacies !== undefined) && !(user && (await isAdministrator(instance, user))))
      return problem(c, 401, "You are not allowed to see all videos.");
    const { total, data } = await listVideos(instance, { isLocal: local(c), search, privacies, ...page(c) });
    const shown = include & withStates ? "with state" : "listed";
    return c.json({ total, data: data.map((video) => videoJson(instance, video, shown)) });
  };
  app.get("/api/v1/videos", (c) => list(c));
  app.get("/api/v1/search/videos", (c) => list(c, c.req.query("search")));
  app.get("/api/v1/videos/:id", (c) => show(instance, c));
  app.get("/api/v1/videos/:id/storyboards", async (c) => {
    const video = await videoBy(instance, c.req.param("id"));
    if (!video) return problem(c, 404, "Video not found");
    const storyboardPath = `/lazy-static/storyboards/${storyboardOf(video.uuid)}`;
    const isThere = !video.remote && video.state === states.published;
    return c.json({ storyboards: isThere ? [{ storyboardPath }] : [] });
  });
  app.delete("/api/v1/videos/:id", authenticated(instance), (c) => remove(context, c));
  return app;
}
