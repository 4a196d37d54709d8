import { type Availability, treatments } from "../../foundation/availability/availability.ts";
import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { cacheLimitMiB } from "../../platform/cache/sizing.ts";
import type { Connections } from "../../platform/database/connections.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** Needs of a Nextcloud for a number of users. */
export interface NextcloudSize {
  /** Servers, each of which can take all requests. */
  servers: number;
  /** Requests that PHP serves at the same time. */
  phpWorkers: number;
  php: Resources;
  /** nginx beside it. */
  proxy: Resources;
  cron: Resources;
  /** Memory of the cache for locks and sessions, MiB. */
  cacheMiB: number;
  /** Memory of the database server, MiB. */
  databaseMiB: number;
  /** Size of the code and configuration volume, GiB. */
  codeGiB: number;
  /** Size of the volume of users' files when none is declared, GiB. */
  dataGiB: number;
}

/**
 * Sizes a Nextcloud soberly: agents are rarely all active at once (one in fifty has a request under way at
 * the busiest minute), a PHP worker takes 64 MiB, and a user keeps 200 MiB on average.
 */
export function nextcloudSize(
  expectedUsers: number,
  { availability = "single", isOnVolume = true }: { availability?: Availability; isOnVolume?: boolean } = {},
): NextcloudSize {
  const phpWorkers = Math.min(64, Math.max(4, Math.ceil(expectedUsers / 50)));
  return {
    // One node mounts the volume.
    servers: treatments[isOnVolume ? "volume" : "repeated"][availability].pods,
    phpWorkers,
    php: { cpu: 0.1, requestMiB: 128 + phpWorkers * 4, limitMiB: 256 + phpWorkers * 64 },
    proxy: proxyResources,
    cron: { cpu: 0.05, requestMiB: 96, limitMiB: 512 },
    cacheMiB: 32 + Math.ceil(expectedUsers / 50),
    databaseMiB: Math.min(4096, 256 + Math.ceil(expectedUsers / 4)),
    codeGiB: 5,
    dataGiB: Math.max(10, Math.ceil((expectedUsers * 200) / 1024)),
  };
}

/** Connections to the database: one for each request that PHP serves, for background jobs, and for a Job. */
export function nextcloudConnections({ size }: { size: NextcloudSize }): Connections[] {
  return [
    { process: "web", pods: size.servers, each: size.phpWorkers },
    // Beside each server, also while another one has the turn.
    { process: "cron", pods: size.servers, each: 1 },
    { process: "job", pods: 1, each: 1 },
  ];
}

/** The Job that brings shared folders about: it asks `occ`, one command after the other. */
export const foldersResources: Resources = { cpu: 0.02, requestMiB: 48, limitMiB: 256 };

/**
 * Returns the quota of the namespace: everything at its limit, with room for one more run of the background jobs, and
 * for the Job of shared folders, which can wait for its app for a long time.
 */
export function nextcloudQuota({
  size,
  media,
  storageGiB,
  teamFolders = [],
}: {
  size: NextcloudSize;
  media?: object | undefined;
  storageGiB: number;
  teamFolders?: readonly unknown[] | undefined;
}): Quota {
  const foldersLimitMiB = teamFolders.length > 0 ? foldersResources.limitMiB : 0;
  if (media !== undefined) {
    // Each server runs background jobs or waits to; what puts code in place beside it takes as much at its start.
    const server = size.php.limitMiB + size.proxy.limitMiB + size.cron.limitMiB;
    return {
      memoryMiB: size.servers * server + 2 * size.cron.limitMiB + cacheLimitMiB(size.cacheMiB),
      storageGiB: 0,
      pods: 9 + size.servers,
    };
  }
  return {
    memoryMiB:
      size.php.limitMiB +
      size.proxy.limitMiB +
      size.cron.limitMiB * 2 +
      cacheLimitMiB(size.cacheMiB) +
      foldersLimitMiB,
    storageGiB: size.codeGiB + storageGiB,
    pods: 10,
  };
}
