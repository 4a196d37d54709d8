import type { ServiceLink } from "../link.ts";
import { videoDriver } from "./driver.ts";
import { latestVideos } from "./latest.ts";

/** Links of PeerTube. */
export const peertubeLink = {
  kind: "video",
  french: "Vidéos",
  title: "PeerTube",
  frenchPurpose: "Les conseils municipaux, les événements, les reportages. À voir sans compte ni publicité.",
  meaning: "the servers follow each other",
  noun: "videos",
  counts: "videos",
  secretFile: "video-password",
  driver: videoDriver,
  latest: latestVideos,
} as const satisfies ServiceLink;
