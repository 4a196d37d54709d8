import { type Availability, treatments } from "../../foundation/availability/availability.ts";
import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { cacheLimitMiB } from "../../platform/cache/sizing.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";
import type { Media } from "../../platform/media/plan.ts";

/** Needs of a Mastodon for a number of users. */
export interface MastodonSize {
  web: {
    replicas: number;
    /** Processes of puma beside its master; none means one process without a master. */
    processes: number;
    /** Requests that each process serves at the same time. */
    threads: number;
    resources: Resources;
  };
  /** nginx beside it. */
  proxy: Resources;
  streaming: { replicas: number; connections: number; resources: Resources };
  sidekiq: { replicas: number; threads: number; resources: Resources };
  scheduler: { threads: number; resources: Resources };
  /** One of the Jobs: they never run two at a time. */
  job: Resources;
  /** Memory of the cache, which holds the queues and the home timelines, MiB. */
  cacheMiB: number;
  /** Volume of the cache, GiB: its log of writes is rewritten when it has doubled. */
  cacheGiB: number;
  /** Memory of the database server, MiB. */
  databaseMiB: number;
  /** Volume of media when none is declared, GiB. */
  mediaGiB: number;
}

/** Database connections of one Job: Rails' own default. Source: config/database.yml. */
export const jobConnections = 5;

/** Facts that decide how many pods run beside one another. */
interface Asked {
  /** `single` if absent. */
  availability?: Availability;
  /** Whether media are on a volume. */
  isOnVolume?: boolean;
}

/**
 * Sizes a Mastodon soberly, from figures of others, none measured here: the chart's hints (web with two
 * processes of five threads 768 to 1280 MiB, sidekiq 512 to 768 MiB, streaming 128 to 512 MiB; mastodon/chart,
 * values.yaml), one puma process for a very small server, and 480 users on two processes and six sidekiq threads
 * (Mastodon's old Resources-needed.md). Avatars and headers of other servers took 14 GiB per thousand users
 * (mastodon/mastodon#9567); media of the retention period come on top.
 */
export function mastodonSize(expectedUsers: number, asked: Asked = {}): MastodonSize {
  const { availability = "single", isOnVolume = false } = asked;
  const pods = treatments.repeated[availability].pods;
  // One node mounts the volume of media.
  const podsWithMedia = treatments[isOnVolume ? "volume" : "repeated"][availability].pods;
  const processes = expectedUsers <= 100 ? 0 : Math.min(6, 2 + Math.floor(expectedUsers / 2500));
  const sidekiqThreads = Math.min(25, 5 + Math.floor(expectedUsers / 100));
  const parts = {
    web: { replicas: podsWithMedia, processes, threads: 5, resources: webResources(processes) },
    proxy: proxyResources,
    streaming: {
      replicas: pods,
      connections: expectedUsers <= 1000 ? 5 : 10,
      resources: {
        cpu: 0.02,
        requestMiB: Math.min(128, 96 + Math.ceil(expectedUsers / 100)),
        limitMiB: Math.min(768, 256 + Math.ceil(expectedUsers / 20)),
      },
    },
    sidekiq: {
      replicas: Math.max(podsWithMedia, expectedUsers <= 5000 ? 1 : 2),
      threads: sidekiqThreads,
      resources: { cpu: 0.1, requestMiB: 320 + 8 * sidekiqThreads, limitMiB: 640 + 8 * sidekiqThreads },
    },
    scheduler: { threads: 2, resources: { cpu: 0.02, requestMiB: 256, limitMiB: 640 } },
    job: { cpu: 0.1, requestMiB: 256, limitMiB: 1024 },
  };
  const cacheMiB = 64 + Math.ceil(expectedUsers / 10);
  return {
    ...parts,
    cacheMiB,
    cacheGiB: Math.max(2, Math.ceil((cacheMiB * 3) / 1024)),
    // PostgreSQL allows one connection per 8 MiB (components/platform/database/sizing.ts); ten are for people and dumps.
    databaseMiB: Math.max(256 + Math.ceil(expectedUsers / 4), (mastodonConnections(parts) + 10) * 8),
    mediaGiB: 20 + Math.ceil(expectedUsers / 20),
  };
}

function webResources(processes: number): Resources {
  return processes === 0
    ? { cpu: 0.1, requestMiB: 400, limitMiB: 768 }
    : { cpu: 0.1 * processes, requestMiB: 300 + 234 * processes, limitMiB: 480 + 400 * processes };
}

/** Connections to the database at the busiest moment: a roll, when one new pod serves beside the old ones, and a Job. */
export function mastodonConnections({
  web,
  streaming,
  sidekiq,
  scheduler,
}: Pick<MastodonSize, "web" | "streaming" | "sidekiq" | "scheduler">): number {
  return (
    (web.replicas + 1) * Math.max(1, web.processes) * web.threads +
    (streaming.replicas + 1) * streaming.connections +
    sidekiq.replicas * sidekiq.threads +
    scheduler.threads +
    jobConnections
  );
}

/** Returns the quota of the namespace: everything at its limit, with room for one web and streaming pod more, and two Jobs. */
export function mastodonQuota({
  size,
  media,
  formerMedia,
}: {
  size: MastodonSize;
  media: Media;
  formerMedia?: { sizeGiB: number } | undefined;
}): Quota {
  const { web, proxy, streaming, sidekiq, scheduler, job } = size;
  return {
    memoryMiB:
      (web.replicas + 1) * (web.resources.limitMiB + proxy.limitMiB) +
      (streaming.replicas + 1) * streaming.resources.limitMiB +
      2 * job.limitMiB +
      sidekiq.replicas * sidekiq.resources.limitMiB +
      scheduler.resources.limitMiB +
      cacheLimitMiB(size.cacheMiB),
    storageGiB: size.cacheGiB + (media.kind === "volume" ? media.sizeGiB : (formerMedia?.sizeGiB ?? 0)),
    pods: 16,
  };
}
