import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { connectionsAllowed } from "./connections.ts";

/** Returns the resources of a PostgreSQL server of a given memory. */
export function databaseResources(memoryMiB: number): Resources {
  return { cpu: 0.1, requestMiB: Math.round(memoryMiB / 2), limitMiB: memoryMiB };
}

/**
 * Connections over which rows come back at once. Each may take `maintenance_work_mem` for an index: together less than a
 * quarter of the server's memory. What that gains is for `npm run bench recovery` to show.
 */
export const restoreJobs = 3;

/**
 * PostgreSQL's settings for a memory limit. Shared buffers take a quarter and the planner counts on half
 * being page cache. Source: https://www.postgresql.org/docs/17/runtime-config-resource.html
 */
export function postgresqlSettings(memoryMiB: number): Record<string, string> {
  const connections = connectionsAllowed(memoryMiB);
  return {
    max_connections: String(connections),
    shared_buffers: `${Math.round(memoryMiB / 4)}MB`,
    effective_cache_size: `${Math.round(memoryMiB / 2)}MB`,
    work_mem: `${Math.max(2, Math.round(memoryMiB / 4 / connections))}MB`,
    maintenance_work_mem: `${Math.max(32, Math.round(memoryMiB / 16))}MB`,
    // Local volumes are solid-state on anything that a commune buys today.
    random_page_cost: "1.1",
    // Logs go to the container's output; statements could carry personal data and stay out of them.
    log_min_error_statement: "panic",
    log_checkpoints: "off",
  };
}

/** Size of a database server. */
interface ServerSize {
  memoryMiB: number;
  storageGiB: number;
}

/** Servers with the same rows, where the loss of one node is tolerated: two are left then, and one confirms what the other writes. */
export const instanceCount = 3;

/** Returns the quota of the namespace: the server, and the Job of each client beside it. */
export function databaseQuota({ memoryMiB, storageGiB }: ServerSize): Quota {
  return { memoryMiB: memoryMiB + 512, storageGiB, pods: 10 };
}

/**
 * Returns the quota of the namespace of several servers: one more is made while one is replaced, by a Job of its size, and
 * on a volume of its own beside that of the lost one.
 */
export function clusterQuota({ memoryMiB, storageGiB }: ServerSize): Quota {
  const one = databaseQuota({ memoryMiB, storageGiB });
  return {
    memoryMiB: one.memoryMiB + instanceCount * memoryMiB,
    storageGiB: (instanceCount + 1) * storageGiB,
    pods: one.pods + instanceCount,
  };
}
