import type { SettingTree } from "./settings.ts";
import { type PeertubeSpec, rtmpPort } from "./spec.ts";

const everyResolution = ["0p", "144p", "240p", "360p", "480p", "720p", "1080p", "1440p", "2160p"] as const;
type Resolution = (typeof everyResolution)[number];

const kept: Record<PeertubeSpec["transcoding"], readonly Resolution[]> = {
  // A video smaller than 480p keeps its own size: PeerTube never enlarges.
  sober: ["480p", "720p"],
  full: ["240p", "480p", "720p", "1080p"],
};

/** Returns the settings for uploaded videos. Each choice saves work or space that nobody would miss. */
export function transcodingConfiguration(spec: PeertubeSpec): SettingTree {
  const { transcoding, live, runners, originals } = spec;
  const full = transcoding === "full";
  return {
    transcoding: {
      enabled: true,
      original_file: { keep: originals },
      // Telephones and cameras write .mov and .mts.
      allow_additional_extensions: true,
      allow_audio_files: true,
      remote_runners: { enabled: runners === "outside" },
      threads: full ? 2 : 1,
      concurrency: 1,
      resolutions: resolutions(kept[transcoding]),
      // A telephone's 4K would otherwise be converted and kept at that size.
      always_transcode_original_resolution: false,
      // Podcast readers play nothing else while web videos are off.
      always_transcode_podcast_optimized_audio: true,
      fps: { max: 30 },
      // The same files again in another wrapping: twice the space.
      web_videos: { enabled: false },
      // One sound track for all sizes, and sound alone on a slow line. Peers before 6.3 cannot play it.
      hls: { enabled: true, split_audio_and_video: true },
    },
    live: {
      enabled: live,
      max_instance_lives: 2,
      max_user_lives: 1,
      allow_replay: true,
      rtmp: { enabled: true, port: rtmpPort },
      // Viewers get what the camera sends: converting a stream while it runs takes whole cores.
      transcoding: { enabled: false, remote_runners: { enabled: false } },
    },
    video_studio: { enabled: false },
    // It would download its engine and a model at run time.
    video_transcription: { enabled: false },
    storyboards: { enabled: full },
    thumbnails: { generation_from_video: { frames_to_analyze: full ? 50 : 10 } },
  };
}

function resolutions(enabled: readonly Resolution[]): SettingTree {
  return Object.fromEntries(
    everyResolution.map((resolution) => [resolution, enabled.includes(resolution)] as const),
  );
}
