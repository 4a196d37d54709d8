import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { row } from "../database/connection.ts";
import { flagged } from "../database/migrations.ts";
import { states } from "../federation/videos.ts";
import type { Instance } from "../instance.ts";
import type { JobData } from "../jobs/jobs.ts";
import { administrator } from "./oauth.ts";
import { problem } from "./problem.ts";
import { storyboardOf, torrentOf } from "./video-store.ts";
import { videoBy } from "./videos.ts";

/** Makes a video wait for its job: that it waits is in the rows, the job itself in Redis alone. */
export async function queueTranscoding({ pool, jobs }: Instance, uuid: string): Promise<void> {
  const statement = `UPDATE "video" SET "state" = ${states.toTranscode}, "pendingTranscode" = "pendingTranscode" + 1 WHERE "uuid" = $1`;
  await pool.query(statement, [uuid]);
  jobs.add("video-transcoding", { videoUUID: uuid });
}

/**
 * Does the job: makes the video's torrent and storyboard, which nothing makes a second time, then its state. The flag
 * `hold-transcoding` keeps it at work. No byte of the video changes.
 */
export async function transcode({ pool, folders }: Instance, { videoUUID }: JobData): Promise<void> {
  const uuid = String(videoUUID);
  while (await flagged(pool, "hold-transcoding")) await sleep(500);
  await writeFile(join(folders.torrents ?? "", torrentOf(uuid)), `d4:name${uuid.length}:${uuid}e`);
  await writeFile(join(folders.storyboards ?? "", storyboardOf(uuid)), uuid);
  const statement = `UPDATE "video" SET "state" = ${states.published}, "pendingTranscode" = greatest("pendingTranscode" - 1, 0) WHERE "uuid" = $1`;
  await pool.query(statement, [uuid]);
}

/**
 * `POST /api/v1/videos/<id>/transcoding`. One that waits is refused unless it is forced, whether or not its job is there.
 * Source: server/core/middlewares/validators/videos/video-transcoding.ts of Chocobozzz/PeerTube.
 */
export function transcodingRoutes(instance: Instance): Hono {
  const app = new Hono();
  app.post("/api/v1/videos/:id/transcoding", administrator(instance), async (c) => {
    const asked = await c.req
      .json<{ transcodingType?: unknown; forceTranscoding?: unknown }>()
      .catch(() => ({ transcodingType: undefined, forceTranscoding: undefined }));
    if (asked.transcodingType !== "hls" && asked.transcodingType !== "web-video")
      return problem(c, 400, "Incorrect request parameters: transcodingType");
    const video = await videoBy(instance, c.req.param("id"));
    if (!video) return problem(c, 404, "Video not found");
    if (video.remote) return problem(c, 400, "Cannot run this task on a remote video");
    if (!instance.settings.transcoding.enabled)
      return problem(c, 400, "Cannot run transcoding job because transcoding is disabled on this instance");
    const waits = `SELECT 1 FROM "video" WHERE "uuid" = $1 AND "pendingTranscode" > 0`;
    if (asked.forceTranscoding !== true && (await row(instance.pool, waits, [video.uuid])))
      return problem(c, 409, "This video is already being transcoded", "video_already_being_transcoded");
    await instance.pool.query(`UPDATE "video" SET "pendingTranscode" = 0 WHERE "uuid" = $1`, [video.uuid]);
    await queueTranscoding(instance, video.uuid);
    return c.body(null, 204);
  });
  return app;
}
