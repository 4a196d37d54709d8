import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { row } from "../database/connection.ts";
import { insertVideo, privacy, states } from "../federation/videos.ts";
import type { Instance } from "../instance.ts";

/** Fields of a video that whoever uploads it gives. */
export interface NewVideo {
  channelId: number;
  name: string;
  description: string | null;
  privacy: number;
}

/** The declared resolutions, or one for a file that stays as it is. */
export function resolutionsOf({ settings }: Instance): { id: number; label: string }[] {
  const names = Object.entries(settings.transcoding.resolutions).flatMap(([name, on]) => (on ? [name] : []));
  const declared = names
    .map((label) => ({ id: Number.parseInt(label, 10), label }))
    .filter(({ id }) => id > 0);
  return declared.length > 0 ? declared.sort((a, b) => b.id - a.id) : [{ id: 1, label: "original" }];
}

/** Folder of a video's files: private and internal ones are in one that asks for a token. */
function videoFolder(instance: Instance, uuid: string, level: number): string {
  const hls = join(instance.folders.streaming_playlists ?? "", "hls");
  return level > privacy.unlisted ? join(hls, "private", uuid) : join(hls, uuid);
}

/** Name of a video's file in `torrents`. */
export const torrentOf = (uuid: string) => `${uuid}-hls.torrent`;

/** Name of a video's file in `storyboards`. */
export const storyboardOf = (uuid: string) => `${uuid}.jpg`;

function playlists(file: string, resolutions: { label: string }[], seconds: number): Record<string, string> {
  const head = ["#EXTM3U", "#EXT-X-VERSION:7"];
  const one = [
    ...head,
    `#EXT-X-TARGETDURATION:${seconds}`,
    `#EXTINF:${seconds},`,
    file,
    "#EXT-X-ENDLIST",
    "",
  ];
  const master = resolutions.flatMap(({ label }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=1000000,NAME="${label}"`,
    `${label}.m3u8`,
  ]);
  return {
    "master.m3u8": [...head, ...master, ""].join("\n"),
    ...Object.fromEntries(resolutions.map(({ label }) => [`${label}.m3u8`, one.join("\n")])),
  };
}

/**
 * Keeps a video whose file lies in a temporary place. The bytes stay as they are: nothing is transcoded, and
 * the playlist of every declared resolution names the same file.
 */
export async function keepVideo(
  instance: Instance,
  video: NewVideo,
  temporary: string,
): Promise<{ id: number; uuid: string }> {
  const uuid = randomUUID();
  const folder = videoFolder(instance, uuid, video.privacy);
  const channel = await row<{ actor: number; account: number }>(
    instance.pool,
    `SELECT c."actorId" AS actor, a."actorId" AS account FROM "videoChannel" c JOIN "account" a ON a."id" = c."accountId" WHERE c."id" = $1`,
    [video.channelId],
  );
  if (!channel) throw new Error(`no channel ${video.channelId}`);
  await mkdir(folder, { recursive: true });
  const file = `${uuid}-fragmented.mp4`;
  await move(temporary, join(folder, file));
  for (const [name, text] of Object.entries(playlists(file, resolutionsOf(instance), 1))) {
    await writeFile(join(folder, name), text);
  }
  const files = `${instance.address.url}/static/streaming-playlists/hls/${video.privacy > privacy.unlisted ? "private/" : ""}${uuid}`;
  const id = await insertVideo(instance.pool, {
    uuid,
    url: `${instance.actorUrl}/videos/watch/${uuid}`,
    remote: false,
    name: video.name,
    description: video.description,
    privacy: video.privacy,
    duration: 1,
    size: String((await stat(join(folder, file))).size),
    fileUrl: `${files}/${file}`,
    playlistUrl: `${files}/master.m3u8`,
    state: states.published,
    accountActorId: channel.account,
    channelActorId: channel.actor,
    publishedAt: new Date(),
  });
  return { id, uuid };
}

/** Between two volumes a rename is refused. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV") throw error;
    await copyFile(from, to);
    await rm(from);
  });
}

/** Removes a video's files. */
export async function removeFiles(instance: Instance, uuid: string, level: number): Promise<void> {
  const { torrents = "", storyboards = "" } = instance.folders;
  for (const path of [
    videoFolder(instance, uuid, level),
    join(torrents, torrentOf(uuid)),
    join(storyboards, storyboardOf(uuid)),
  ])
    await rm(path, { recursive: true, force: true });
}
