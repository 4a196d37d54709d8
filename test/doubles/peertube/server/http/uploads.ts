import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Context } from "@fedify/fedify";
import type { Context as Request } from "hono";
import { Hono } from "hono";
import { at } from "../configuration/values.ts";
import { row } from "../database/connection.ts";
import { activities } from "../federation/activities.ts";
import { actors } from "../federation/actors.ts";
import { broadcast } from "../federation/delivery.ts";
import { privacy, type VideoRow } from "../federation/videos.ts";
import type { Instance } from "../instance.ts";
import { authenticated, isAdministrator, userOf } from "./oauth.ts";
import { problem } from "./problem.ts";
import { queueTranscoding } from "./transcoding.ts";
import { keepVideo, type NewVideo } from "./video-store.ts";

/** Bytes that a plain upload may have: it is read into memory, the resumable one is not. */
const plainLimit = 256 * 1024 * 1024;

type Fields = Record<string, unknown>;

async function newVideo(instance: Instance, fields: Fields): Promise<NewVideo | string> {
  const channelId = Number(fields.channelId);
  const name = String(fields.name ?? "");
  const standard = Number(at(instance.current.values, "defaults.publish.privacy") ?? privacy.public);
  const level = Number(fields.privacy ?? standard);
  if (!Number.isInteger(channelId)) return "Should have correct video channel id";
  if (name.length < 3 || name.length > 120)
    return "Should have a video name between 3 and 120 characters long";
  if (!Object.values<number>(privacy).includes(level)) return "Should have correct video privacy";
  const channel = await row(instance.pool, `SELECT 1 FROM "videoChannel" WHERE "id" = $1`, [channelId]);
  if (!channel) return 'Unknown video "video channel" for this instance.';
  const description = fields.description ? String(fields.description) : null;
  return { channelId, name, description, privacy: level };
}

/** Whether whoever asks may publish in a channel: it is theirs, or they may do everything. */
async function manages(instance: Instance, c: Request, channel: number): Promise<boolean> {
  const user = await userOf(instance, c);
  if (user === undefined) return false;
  const own = `SELECT 1 FROM "videoChannel" c JOIN "account" a ON a."id" = c."accountId" WHERE c."id" = $1 AND a."userId" = $2`;
  return (
    (await row(instance.pool, own, [channel, user])) !== undefined || (await isAdministrator(instance, user))
  );
}

async function publish(context: Context<Instance>, video: NewVideo, file: string) {
  const instance = context.data;
  const { pool } = instance;
  const { id, uuid } = await keepVideo(instance, video, file);
  if (instance.settings.transcoding.enabled) await queueTranscoding(instance, uuid);
  const stored = await row<VideoRow>(pool, `SELECT * FROM "video" WHERE "id" = $1`, [id]);
  if (stored && stored.privacy === privacy.public) {
    const account = await actors.byId(pool, stored.accountActorId);
    const channel = await actors.byId(pool, stored.channelActorId);
    const server = await actors.server(pool);
    if (account) await broadcast(context, account, [account], activities.create(stored.url, account));
    for (const sharer of channel ? [server, channel] : [server]) {
      await broadcast(context, sharer, [sharer], activities.announce(stored.url, sharer));
    }
  }
  return { video: { id, uuid, shortUUID: uuid } };
}

async function plain(context: Context<Instance>, c: Request): Promise<Response> {
  const instance = context.data;
  if (Number(c.req.header("content-length") ?? 0) > plainLimit) {
    return problem(
      c,
      413,
      `This double takes at most ${plainLimit} bytes in one request: use upload-resumable`,
    );
  }
  const body = await c.req.parseBody().catch(() => ({}) as Fields);
  const file = (body as Fields).videofile;
  if (!(file instanceof File)) return problem(c, 400, "Should have a file");
  const video = await newVideo(instance, body);
  if (typeof video === "string") return problem(c, 400, video);
  if (!(await manages(instance, c, video.channelId))) return problem(c, 403, "Cannot manage this channel.");
  const path = join(folder(instance), randomUUID());
  await writeFile(path, Buffer.from(await file.arrayBuffer()));
  return c.json(await publish(context, video, path));
}

function folder({ folders }: Instance): string {
  return join(folders.tmp ?? "", "resumable-uploads");
}

async function begin(context: Context<Instance>, c: Request): Promise<Response> {
  const instance = context.data;
  const size = Number(c.req.header("x-upload-content-length"));
  if (!Number.isInteger(size) || size <= 0)
    return problem(c, 400, "Should specify X-Upload-Content-Length header");
  const fields = await c.req.json<Fields>().catch(() => ({}) as Fields);
  if (typeof fields.filename !== "string") return problem(c, 400, "Should have a valid filename");
  const video = await newVideo(instance, fields);
  if (typeof video === "string") return problem(c, 400, video);
  if (!(await manages(instance, c, video.channelId))) return problem(c, 403, "Cannot manage this channel.");
  const id = randomUUID();
  await mkdir(folder(instance), { recursive: true });
  await writeFile(join(folder(instance), `${id}.json`), JSON.stringify({ video, size }));
  await writeFile(join(folder(instance), id), "");
  const location = `//${instance.address.host}/api/v1/videos/upload-resumable?upload_id=${id}`;
  return c.body(null, 201, { location });
}

/** Reads a Content-Range; without `from`, with a star there, it only asks how far the upload came. */
export function contentRange(
  header: string | undefined,
): { from: number | undefined; total: number } | undefined {
  const [, from, , total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(header ?? "") ?? [];
  return total === undefined
    ? undefined
    : { from: from === undefined ? undefined : Number(from), total: Number(total) };
}

async function goOn(context: Context<Instance>, c: Request): Promise<Response> {
  const instance = context.data;
  const id = c.req.query("upload_id") ?? "";
  const path = join(folder(instance), id);
  const known = /^[0-9a-f-]{36}$/.test(id) && (await readFile(`${path}.json`, "utf8").catch(() => undefined));
  if (!known) return problem(c, 404, "Upload not found");
  const { video, size } = JSON.parse(known) as { video: NewVideo; size: number };
  const range = contentRange(c.req.header("content-range"));
  if (!range || range.total !== size) return problem(c, 400, "Should have a valid Content-Range header");
  const before = (await stat(path)).size;
  if (range.from !== undefined && range.from !== before)
    return problem(c, 409, "Conflict: the chunk does not start where the last one ended");
  if (range.from !== undefined && c.req.raw.body) {
    const body = Readable.fromWeb(c.req.raw.body as import("node:stream/web").ReadableStream);
    await pipeline(body, createWriteStream(path, { flags: "a" }));
  }
  const now = (await stat(path)).size;
  if (now < size) return c.body(null, 308, now > 0 ? { range: `bytes=0-${now - 1}` } : {});
  const published = await publish(context, video, path);
  await rm(`${path}.json`, { force: true });
  return c.json(published);
}

/** `/api/v1/videos/upload` and `/upload-resumable`. */
export function uploadRoutes(context: Context<Instance>): Hono {
  const app = new Hono();
  const admin = authenticated(context.data);
  app.post("/api/v1/videos/upload", admin, (c) => plain(context, c));
  app.post("/api/v1/videos/upload-resumable", admin, (c) => begin(context, c));
  app.put("/api/v1/videos/upload-resumable", admin, (c) => goOn(context, c));
  app.delete("/api/v1/videos/upload-resumable", admin, async (c) => {
    const id = c.req.query("upload_id") ?? "";
    if (!/^[0-9a-f-]{36}$/.test(id)) return problem(c, 404, "Upload not found");
    for (const path of [id, `${id}.json`]) await rm(join(folder(context.data), path), { force: true });
    return c.body(null, 204);
  });
  return app;
}
