import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { cacheLimitMiB } from "../../platform/cache/sizing.ts";
import type { Connections } from "../../platform/database/connections.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** Extent and place of a PeerTube's transcoding. */
export interface Workshop {
  transcoding: "sober" | "full";
  live: boolean;
  runners: "none" | "outside";
}

/** Needs of a PeerTube for a number of viewers. */
export interface PeertubeSize {
  web: Resources;
  /** nginx beside it. */
  proxy: Resources;
  /** The Job of an upgrade's scripts. */
  scripts: Resources;
  /** The Job that installs plugins. */
  plugins: Resources;
  /** Memory of the cache, which holds the queue of jobs, MiB. */
  cacheMiB: number;
  /** Volume of the cache, GiB. */
  cacheGiB: number;
  /** Memory of the database server, MiB. */
  databaseMiB: number;
  /** Connections to the database at most. */
  databaseConnections: number;
}

/**
 * Memory of one ffmpeg at work, MiB. Measured with PeerTube 8.2.1 and ffmpeg 7.1, November 2026: 4K to 720p 415, 1080p to
 * 720p 281. The rest is for what no measure had: other codecs, more processors, as many threads; `full` is estimated from it.
 */
const transcodingMiB = { sober: 1280, full: 2560 } as const;

/**
 * Sizes a PeerTube soberly. Viewers cost little: nginx sends the files, the server answers a few requests per
 * video. Measured on 8.2.1, November 2026: about 300 MiB at rest, 760 at its highest while it transcoded. The
 * container runs ffmpeg too and its memory limit kills both, so it is generous; the request is what it takes at
 * rest. CPU is asked for sparingly, so that transcoding (at nice 15 already) takes what neighbours leave.
 */
export function peertubeSize(viewers: number, { transcoding, live, runners }: Workshop): PeertubeSize {
  // With runners there is still ffmpeg for thumbnails, and ffprobe.
  const workshopMiB = (runners === "outside" ? 384 : transcodingMiB[transcoding]) + (live ? 512 : 0);
  return {
    web: {
      cpu: 0.1,
      requestMiB: 320 + Math.ceil(viewers / 10),
      limitMiB: 768 + Math.ceil(viewers / 4) + workshopMiB,
    },
    proxy: proxyResources,
    scripts: { cpu: 0.05, requestMiB: 128, limitMiB: 512 },
    plugins: { cpu: 0.01, requestMiB: 48, limitMiB: 128 },
    cacheMiB: 64 + Math.ceil(viewers / 10),
    cacheGiB: 1 + Math.ceil(viewers / 2000),
    databaseMiB: Math.min(2048, 192 + Math.ceil(viewers / 2)),
    // PeerTube's own default is 5.
    databaseConnections: Math.min(20, 5 + Math.ceil(viewers / 100)),
  };
}

/** Connections to the database: the pool of the server, and that of an upgrade's scripts beside it. */
export function peertubeConnections({ size }: { size: PeertubeSize }): Connections[] {
  return ["web", "scripts"].map((process) => ({ process, pods: 1, each: size.databaseConnections }));
}

/**
 * Volume for videos when none is declared, GiB. An hour of video in 480p and 720p takes about 1.6 GiB (estimated); 8 GiB per
 * thousand inhabitants are five hours, of which a commune of 10,000 publishes the most in a year.
 */
export function peertubeStorage(population: number): number {
  return Math.max(50, Math.ceil((population * 8) / 1000));
}

/** Volume when videos go to an S3 store, GiB: uploads pass through it, thumbnails and avatars stay on it. */
export const storageBesideS3 = 50;

/**
 * Returns the quota of the namespace: everything at its limit, and each Job once. A second server beside the first one
 * has no room in it, for whatever reason it is started: the two would corrupt what they both write
 * (Chocobozzz/PeerTube#894).
 */
export function peertubeQuota({ size, storageGiB }: { size: PeertubeSize; storageGiB: number }): Quota {
  return {
    memoryMiB:
      size.web.limitMiB +
      size.proxy.limitMiB +
      size.scripts.limitMiB +
      size.plugins.limitMiB +
      cacheLimitMiB(size.cacheMiB),
    storageGiB: storageGiB + size.cacheGiB,
    pods: 8,
  };
}
