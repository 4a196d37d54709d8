import { type Availability, treatments } from "../../foundation/availability/availability.ts";
import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { cacheLimitMiB } from "../../platform/cache/sizing.ts";
import {
  type Connections,
  connectionsOf,
  memoryForConnections,
} from "../../platform/database/connections.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";
import type { Media } from "../../platform/media/plan.ts";
import {
  type PoolerSize,
  poolerConnections,
  poolerLimitMiB,
  poolerSize,
} from "../../platform/pooler/sizing.ts";

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
  /** PgBouncer before the database server; undefined if its processes connect to the server themselves. */
  pooler: PoolerSize | undefined;
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

/**
 * Connections that Mastodon opens itself at most: all that one pod of each kind asks for, however many people there are.
 * Beyond, they go through a pooler.
 */
const directConnections = 140;

/**
 * People for whom one more pod of each kind is there. Web: what a pod has with its most processes. Workers: as many as one
 * node has them for. Streaming: "about 50,000 accounts" are 800 to 1,200 open pages. Source:
 * https://docs.joinmastodon.org/admin/scaling/
 */
const peoplePerPod = { web: 10_000, sidekiq: 5000, streaming: 50_000 } as const;

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
  const processes = expectedUsers <= 100 ? 0 : Math.min(6, 2 + Math.floor(expectedUsers / 2500));
  const sidekiqThreads = Math.min(25, 5 + Math.floor(expectedUsers / 100));
  const pods = podsFor(expectedUsers, asked);
  const parts = {
    web: { replicas: pods.web, processes, threads: 5, resources: webResources(processes) },
    proxy: proxyResources,
    streaming: {
      replicas: pods.streaming,
      connections: expectedUsers <= 1000 ? 5 : 10,
      resources: {
        cpu: 0.02,
        requestMiB: Math.min(128, 96 + Math.ceil(expectedUsers / 100)),
        limitMiB: Math.min(768, 256 + Math.ceil(expectedUsers / 20)),
      },
    },
    sidekiq: {
      replicas: pods.sidekiq,
      threads: sidekiqThreads,
      resources: { cpu: 0.1, requestMiB: 320 + 8 * sidekiqThreads, limitMiB: 640 + 8 * sidekiqThreads },
    },
    scheduler: { threads: 2, resources: { cpu: 0.02, requestMiB: 256, limitMiB: 640 } },
    job: { cpu: 0.1, requestMiB: 256, limitMiB: 1024 },
  };
  const direct = connectionsOf([...servingConnections(parts), ofJob]);
  const clients = connectionsOf(servingConnections(parts));
  const pooler = direct > directConnections ? poolerSize(clients, pods.pooler) : undefined;
  const cacheMiB = 64 + Math.ceil(expectedUsers / 10);
  return {
    ...parts,
    pooler,
    cacheMiB,
    cacheGiB: Math.max(2, Math.ceil((cacheMiB * 3) / 1024)),
    databaseMiB: Math.max(
      256 + Math.ceil(expectedUsers / 4),
      memoryForConnections(connectionsOf(mastodonConnections({ ...parts, pooler }))),
    ),
    mediaGiB: 20 + Math.ceil(expectedUsers / 20),
  };
}

/**
 * Returns how many pods of each kind serve. On one node a second pod would share the processors of the first: there it is
 * processes and threads that grow. On several, one more than the people need, so that the others do when a node is lost;
 * workers have none to spare, since what they do waits.
 */
function podsFor(
  people: number,
  { availability = "single", isOnVolume = false }: Asked,
): { web: number; streaming: number; sidekiq: number; pooler: number } {
  const { pods } = treatments.repeated[availability];
  const spare = pods - 1;
  const podsOf = (kind: keyof typeof peoplePerPod) => Math.ceil(people / peoplePerPod[kind]);
  // One node mounts the volume of media.
  const isOnOne = isOnVolume || spare === 0;
  return {
    web: isOnOne ? 1 : spare + podsOf("web"),
    streaming: spare === 0 ? 1 : spare + podsOf("streaming"),
    sidekiq: isOnOne ? Math.min(2, podsOf("sidekiq")) : Math.max(pods, podsOf("sidekiq")),
    pooler: pods,
  };
}

function webResources(processes: number): Resources {
  return processes === 0
    ? { cpu: 0.1, requestMiB: 400, limitMiB: 768 }
    : { cpu: 0.1 * processes, requestMiB: 300 + 234 * processes, limitMiB: 480 + 400 * processes };
}

type Processes = Pick<MastodonSize, "web" | "streaming" | "sidekiq" | "scheduler">;

const ofJob: Connections = { process: "job", pods: 1, each: jobConnections };

/** Connections of the processes that serve: as many as each has threads, or asks for. */
function servingConnections({ web, streaming, sidekiq, scheduler }: Processes): Connections[] {
  return [
    { process: "web", pods: web.replicas + 1, each: Math.max(1, web.processes) * web.threads },
    { process: "streaming", pods: streaming.replicas + 1, each: streaming.connections },
    { process: "sidekiq", pods: sidekiq.replicas, each: sidekiq.threads },
    { process: "scheduler", pods: 1, each: scheduler.threads },
  ];
}

/**
 * Returns the connections to the database server at the busiest moment: a roll, when one new pod serves beside the old
 * ones, and a Job, which always connects to it directly.
 */
export function mastodonConnections(size: Processes & Pick<MastodonSize, "pooler">): Connections[] {
  const { pooler } = size;
  return [...(pooler === undefined ? servingConnections(size) : [poolerConnections(pooler)]), ofJob];
}

/** Returns the quota of the namespace: everything at its limit, with room for one web, streaming and pooler pod more, and two Jobs. */
export function mastodonQuota({
  size,
  media,
  formerMedia,
}: {
  size: MastodonSize;
  media: Media;
  formerMedia?: { sizeGiB: number } | undefined;
}): Quota {
  const { web, proxy, streaming, sidekiq, scheduler, job, pooler } = size;
  const poolers = pooler === undefined ? 0 : pooler.pods + 1;
  // Those that serve, one more of those that are rolled, the cache, and Jobs with those that ended just now.
  const pods = web.replicas + 1 + (streaming.replicas + 1) + sidekiq.replicas + 1 + poolers + 1 + 6;
  return {
    memoryMiB:
      (web.replicas + 1) * (web.resources.limitMiB + proxy.limitMiB) +
      (streaming.replicas + 1) * streaming.resources.limitMiB +
      2 * job.limitMiB +
      sidekiq.replicas * sidekiq.resources.limitMiB +
      scheduler.resources.limitMiB +
      poolers * poolerLimitMiB +
      cacheLimitMiB(size.cacheMiB),
    storageGiB: size.cacheGiB + (media.kind === "volume" ? media.sizeGiB : (formerMedia?.sizeGiB ?? 0)),
    pods: Math.max(16, pods),
  };
}
