import type { S3Media } from "../../platform/media/plan.ts";
import type { SettingTree } from "./settings.ts";
import { dataFolder, type PeertubeSpec } from "./spec.ts";

/** Folder of each kind of file on the volume. Source: config/default.yaml, storage. */
const folders = {
  tmp: "tmp",
  tmp_persistent: "tmp-persistent",
  bin: "bin",
  avatars: "avatars",
  web_videos: "web-videos",
  streaming_playlists: "streaming-playlists",
  original_video_files: "original-video-files",
  redundancy: "redundancy",
  logs: "logs",
  previews: "previews",
  thumbnails: "thumbnails",
  storyboards: "storyboards",
  torrents: "torrents",
  captions: "captions",
  cache: "cache",
  plugins: "plugins",
  well_known: "well-known",
  uploads: "uploads",
  client_overrides: "client-overrides",
} as const;

/** Returns the places of files: all on the volume, or videos, captions and exports in the commune's bucket. */
export function storageConfiguration({ media }: Pick<PeertubeSpec, "media">): SettingTree {
  return {
    storage: Object.fromEntries(
      Object.entries(folders).map(([key, folder]) => [key, `${dataFolder}/${folder}/`] as const),
    ),
    object_storage: media.kind === "s3" ? objectStorage(media) : { enabled: false },
  };
}

/**
 * Access lists stay as the image has them: unset, since most free stores know none. Without them the bucket
 * decides who reads what, by prefix (docs/peertube.md).
 */
function objectStorage(media: S3Media): SettingTree {
  return {
    enabled: true,
    endpoint: media.endpoint,
    region: media.region,
    force_path_style: media.addressing === "path",
    // A live stream writes an object every two seconds.
    streaming_playlists: { ...bucket(media, "streaming-playlists"), store_live_streams: false },
    web_videos: bucket(media, "web-videos"),
    user_exports: bucket(media, "user-exports"),
    original_video_files: bucket(media, "original-video-files"),
    captions: bucket(media, "captions"),
  };
}

/** PeerTube keeps the addresses of objects in its database: the public name is there from the first day. */
function bucket({ bucket, prefix, publicHost }: S3Media, folder: string): SettingTree {
  return { bucket_name: bucket, prefix: `${prefix}${folder}/`, base_url: `https://${publicHost}` };
}
