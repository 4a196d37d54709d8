import type { Resources } from "../../foundation/manifest/resources.ts";
import type { Connections } from "../database/connections.ts";

/** A pool of connections to a database server, for the processes of one service. */
export interface PoolerSize {
  /** Pods; each of them has room for every client, if the others are lost. */
  pods: number;
  /** Most connections of clients that a pod takes. */
  clients: number;
}

/**
 * Connections to the server of each pod. Twice the cores that work at once is what PostgreSQL's own advice comes to: 30 for
 * a server with up to fifteen. Source: https://wiki.postgresql.org/wiki/Number_Of_Database_Connections
 */
export const poolSize = 30;

/** Connections of who looks at a pooler: its exporter, a person. */
const lookers = 10;

/** Returns the size of a pool for as many connections of clients. */
export function poolerSize(clients: number, pods: number): PoolerSize {
  return { pods, clients: clients + lookers };
}

/** Connections of a pooler to the database server: one pod more while it is rolled. */
export function poolerConnections({ pods }: PoolerSize): Connections {
  return { process: "pooler", pods: pods + 1, each: poolSize };
}

/** Resources of PgBouncer: some 6 KiB for each client at work. Source: its `pkt_buf`, and "2 kB per connection" of its features page. */
export const poolerResources: Resources = { cpu: 0.05, requestMiB: 24, limitMiB: 96 };

/** Resources of its exporter. */
export const exporterResources: Resources = { cpu: 0.01, requestMiB: 16, limitMiB: 48 };

/** Memory that one pod may take, MiB. */
export const poolerLimitMiB = poolerResources.limitMiB + exporterResources.limitMiB;
