import { type Context, Link, Video } from "@fedify/fedify";
import { type Connection, row } from "../database/connection.ts";
import type { Instance } from "../instance.ts";
import { type Actor, rememberActor } from "./actors.ts";
import { objectAt } from "./peers.ts";

/** A video as the database has it. */
export interface VideoRow {
  id: number;
  uuid: string;
  url: string;
  remote: boolean;
  name: string;
  description: string | null;
  privacy: number;
  duration: number;
  size: string;
  fileUrl: string | null;
  playlistUrl: string | null;
  state: number;
  accountActorId: number;
  channelActorId: number;
  publishedAt: Date;
}

/** States of a video, as upstream numbers them. Source: packages/models/src/videos/video-state.enum.ts. */
export const states = { published: 1, toTranscode: 2 } as const;

/** Public, unlisted, private and internal, as upstream numbers them. */
export const privacy = { public: 1, unlisted: 2, private: 3, internal: 4 } as const;

const everyone = "https://www.w3.org/ns/activitystreams#Public";

/** A video of this server as other servers read it. */
export async function videoObject(
  context: Context<Instance>,
  video: VideoRow,
  account: Pick<Actor, "url">,
  channel: Pick<Actor, "url">,
): Promise<Video> {
  const link = (mediaType: string, href: string | null) =>
    href === null ? [] : [{ type: "Link", mediaType, href }];
  const document = {
    "@context": "https://www.w3.org/ns/activitystreams",
    type: "Video",
    id: video.url,
    name: video.name,
    content: video.description ?? "",
    duration: `PT${video.duration}S`,
    published: video.publishedAt.toISOString(),
    attributedTo: [account.url, channel.url],
    to: [everyone],
    cc: [`${account.url}/followers`],
    url: [
      ...link("text/html", `${context.data.address.url}/w/${video.uuid}`),
      ...link("application/x-mpegURL", video.playlistUrl),
      ...link("video/mp4", video.fileUrl),
    ],
  };
  return Video.fromJsonLd(document, context);
}

function linkTo(video: Video, mediaType: string): string | null {
  const found = video.urls.find((each) => each instanceof Link && each.mediaType === mediaType);
  return found instanceof Link ? (found.href?.href ?? null) : null;
}

function uuidOf(url: URL): string | undefined {
  return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(url.pathname)?.[0];
}

/**
 * Fetches a video from its own server and stores it, with the actor that announced it. What the address does not
 * serve as a video of its own host is not stored. Throws when it cannot be had.
 */
export async function rememberVideo(context: Context<Instance>, url: string, sharer: Actor): Promise<void> {
  const { pool } = context.data;
  const known = await row<{ id: number }>(pool, `SELECT "id" FROM "video" WHERE "url" = $1`, [url]);
  const id = known?.id ?? (await fetched(context, url));
  await pool.query(`INSERT INTO "videoShare" VALUES ($1, $2) ON CONFLICT DO NOTHING`, [id, sharer.id]);
}

async function fetched(context: Context<Instance>, url: string): Promise<number> {
  const { pool } = context.data;
  const video = await objectAt(context, url);
  if (!(video instanceof Video) || !video.id) throw new Error(`${url} is not a video`);
  const uuid = uuidOf(video.id);
  if (!uuid) throw new Error(`${url} has no uuid in its address`);
  const { host } = video.id;
  const authors: Actor[] = [];
  for (const author of video.attributionIds) {
    if (author.host === host) authors.push(await rememberActor(pool, await objectAt(context, author.href)));
  }
  const account = authors.find(({ type }) => type === "Person");
  const channel = authors.find(({ type }) => type === "Group");
  if (!account || !channel) throw new Error(`${url} names no account and channel of its own server`);
  return insertVideo(pool, {
    uuid,
    url: video.id.href,
    remote: true,
    name: String(video.name ?? ""),
    description: video.content === null ? null : String(video.content),
    privacy: privacy.public,
    duration: Math.round(video.duration?.total("seconds") ?? 0),
    size: "0",
    fileUrl: linkTo(video, "video/mp4"),
    playlistUrl: linkTo(video, "application/x-mpegURL"),
    state: states.published,
    accountActorId: account.id,
    channelActorId: channel.id,
    publishedAt: new Date(video.published?.epochMilliseconds ?? Date.now()),
  });
}

/** Stores a video, and gives its number. */
export async function insertVideo(on: Connection, video: Omit<VideoRow, "id">): Promise<number> {
  const names = Object.keys(video);
  const inserted = await row<{ id: number }>(
    on,
    `INSERT INTO "video" (${names.map((name) => `"${name}"`).join(", ")})
     VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")})
     ON CONFLICT ("url") DO UPDATE SET "name" = EXCLUDED."name" RETURNING "id"`,
    Object.values(video),
  );
  if (!inserted) throw new Error(`${video.url} could not be stored`);
  return inserted.id;
}
