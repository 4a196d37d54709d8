import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { Rehearsals } from "../rehearsal/rehearsal.ts";

/** Settings that a commune's stack gives a keeper. None is secret. */
export interface KeeperSettings {
  commune: string;
  /** The server's name, which is also the service that its copies go by in a vault: `database`. */
  server: string;
  connection: DatabaseConnection;
  role: string;
  /** `log`: every change, as it happens. `dumps`: each database once a day, if the server lets nobody read its log. */
  method: "log" | "dumps";
  /** Databases that restore points dump: the server is not read for them once more. */
  dumpedByPoints: readonly string[];
  /** Longest span of changes that may be lost, seconds. */
  rpoSeconds: number;
  /** Seconds between two shipments. */
  turnSeconds: number;
  /** Size of the server's volume, bytes, on which a restore puts a base together; absent for a server that somebody else runs. */
  volumeBytes?: number | undefined;
  /** Most that the spool may hold, bytes. */
  spoolBytes: number;
  /** Whether it is brought back from a vault every week. */
  isRehearsed: boolean;
  /** Incarnation of the commune's site. */
  incarnation: number;
  /** Buckets and services whose points are looked up there: nobody else that runs has keys to a bucket. */
  points?: BucketPoints | undefined;
  /** Hosts of the copies: the first that answers receives them from here, and each receives what it lacks from the others. */
  vaults: readonly string[];
}

/** Restore points in buckets that a keeper looks up. */
export interface BucketPoints {
  /** Names of the buckets in the declaration. */
  buckets: readonly string[];
  services: readonly string[];
}

/** Folder of the mounted settings. */
export const settingsFolder = "/etc/keeper";
export const settingsName = "settings.json";
export const secretsFolder = "/run/secrets/keeper";

/** Files in the folder of secrets. */
export const secretFiles = {
  /** Password of the role at the server. */
  database: "database-password",
  /** Password of the repositories. */
  repository: "repository-password",
  /** `VaultAccess` of each vault, by who keeps it. */
  vaults: "vaults.json",
  /** Public key of the commune's descriptor, a Multikey: of a keeper that looks up points. */
  descriptor: "descriptor-key",
} as const;

/** Mount path of the spool: the volume for what is not shipped yet. */
export const spoolFolder = "/spool";

/** Files on the spool through which the containers of the pod communicate. */
export const spoolFiles = {
  /** The folder that the log is received into and the size of its files, for the container that receives. */
  receive: "receive",
  /** There while nothing is to be received: the spool is full. */
  hold: "hold",
  /** Status of the keeper, as it reports it. */
  status: "status.json",
} as const;

/** Name of the slot that the server keeps the log for. */
export const slotName = "keeper";

/** Port on which a keeper reports its health to a Prometheus and to the node. */
export const keeperPort = 8081;

/** A span of time of which no copy exists that could be restored. */
export interface Gap {
  /** The last moment before it that can be restored; undefined if there was none. */
  from: string | undefined;
  /** The first moment after it that can be restored; undefined while there is none. */
  to: string | undefined;
  reason: string;
}

/** A task that keeps failing, and since when. */
export interface Failure {
  task: "server" | "site" | "ship" | "daily" | "base" | "dump" | "copy" | "spool";
  since: string;
  times: number;
  message: string;
}

/** A keeper's report about one vault. Times are on the keeper's clock, except `until`, which is on the server's. */
export interface VaultSeen {
  host: string;
  answers: boolean;
  /** Reason why it does not answer. */
  problem?: string;
  aheadSeconds?: number;
  /** Time at which everything that is relied on was found whole there (the oldest of the proofs); undefined if it is not. */
  proved?: string | undefined;
  /** Latest moment that can be restored from this vault alone; undefined if its copy is not proved. */
  until?: string | undefined;
  /** Time at which it last had everything that the server had; undefined if its copy is not proved. */
  confirmed?: string | undefined;
  /** Problems of generations that are not whole there, and the times since which they are known. */
  lacks?: { since: string; message: string }[];
}

/**
 * The keeper's report about itself. Times of `until`, `ended` and gaps are on the server's clock, the others on the
 * keeper's.
 */
export interface KeeperStatus {
  at: string;
  server: string;
  method: KeeperSettings["method"];
  rpoSeconds: number;
  /** Time at which a vault with a proved copy last had everything that the server had, even if nothing was new. */
  confirmed: string | undefined;
  shipped: { sequence: number; end: string; until: string; snapshot: string; generation: string } | undefined;
  base: { snapshot: string; generation: string; ended: string } | undefined;
  slot: { status: string; isActive: boolean } | undefined;
  spool: { usedBytes: number; limitBytes: number; isHeld: boolean };
  vaults: VaultSeen[];
  dumps: { database: string; at: string; snapshot: string; tables: number; generation?: string }[];
  gaps: Gap[];
  /** Undefined if the server is not brought back every week, or if the keeper is of a toolkit of before. */
  rehearsals?: Rehearsals | undefined;
  failures: Failure[];
}
