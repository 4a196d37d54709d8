import type { Quota } from "../../foundation/namespace/manifests.ts";

/** Connections that one client may have at once: the processes of a small site, its timed job, and one to spare. */
export const connectionsPerClient = 6;

/** Connections for who administers the server, and for the Jobs that make databases. */
const ownConnections = 10;

/** Returns the number of connections of a server of a given memory: one takes about a mebibyte when it works. */
export function connectionsOf(memoryMiB: number): number {
  return Math.round(memoryMiB / 2);
}

/** Returns how many databases a server has room for, so that all of them may use all of their connections. */
export function clientsAtMost(memoryMiB: number): number {
  return Math.floor((connectionsOf(memoryMiB) - ownConnections) / connectionsPerClient);
}

/** The least memory, MiB, of a server with room for a number of databases. */
export function memoryFor(clients: number): number {
  return 2 * (clients * connectionsPerClient + ownConnections);
}

/** Memory of a server without pages of databases and without clients, MiB: seen at rest on a server of 512 MiB. */
const ownMiB = 96;

/**
 * Memory that one connection may take, MiB: all connections of one client fit beside the pages, so that a client that takes
 * all that it may costs nobody the server.
 */
export function sessionMiB(memoryMiB: number): number {
  return Math.floor(((memoryMiB * 3) / 4 - ownMiB) / connectionsPerClient);
}

/**
 * MariaDB's settings for a memory limit: a quarter for pages of the databases, the rest for connections.
 * Source: https://mariadb.com/kb/en/server-system-variables/
 */
export function mariadbSettings(memoryMiB: number): Record<string, string> {
  const session = `${sessionMiB(memoryMiB)}M`;
  return {
    "innodb-buffer-pool-size": `${Math.round(memoryMiB / 4)}M`,
    "innodb-log-file-size": "32M",
    // Files of old versions of rows become small again.
    "innodb-undo-log-truncate": "ON",
    "max-connections": String(connectionsOf(memoryMiB)),
    "key-buffer-size": "1M",
    "aria-pagecache-buffer-size": "8M",
    "tmp-table-size": "4M",
    "max-heap-table-size": "4M",
    // Sizes of sorts and joins are a connection's to raise; what it may take in all is not, by the second of these.
    // Source: https://mariadb.com/docs/server/server-management/variables-and-modes/server-system-variables
    "max-session-mem-used": session,
    "maximum-max-session-mem-used": session,
    // Rows that are sorted beside memory are on the node's disk. The first limit is one that a connection may lift for
    // itself, the second is all connections' together, and the server's to say.
    "max-tmp-session-space-usage": "128M",
    "max-tmp-total-space-usage": "1G",
    "sort-buffer-size": "256K",
    "join-buffer-size": "128K",
    // What it keeps of its own work takes more memory than all of a small server's pages.
    "performance-schema": "OFF",
    // A dump has one moment of all tables only where each is of this engine. One that asks for another gets it all the
    // same, as the mode without NO_ENGINE_SUBSTITUTION has it.
    // Source: https://mariadb.com/kb/en/server-system-variables/#enforce_storage_engine
    "enforce-storage-engine": "InnoDB",
    "sql-mode": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER",
    // What a client reads from its own files goes through no server.
    "local-infile": "OFF",
    "skip-name-resolve": "ON",
    "character-set-server": "utf8mb4",
  };
}

/**
 * Returns the most that old versions of rows may take of a volume, MiB; beyond it, connections that keep them are
 * ended. They count for no owner.
 */
export function oldVersionsMiB(storageGiB: number): number {
  return Math.max(128, 64 * storageGiB);
}

/** Memory that whatever measures rows may take, MiB. */
export const shareMiB = 48;

/** Memory that the gate before the server may take, MiB. */
export const gateMiB = 32;

/** Returns the quota of the namespace: the server with what stands beside it, and the Jobs of clients beside it. */
export function mariadbQuota({ memoryMiB, storageGiB }: { memoryMiB: number; storageGiB: number }): Quota {
  return { memoryMiB: memoryMiB + gateMiB + shareMiB + 640, storageGiB, pods: 12 };
}
