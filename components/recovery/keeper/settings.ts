import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { VaultAccess } from "../vault/access.ts";

/** Settings that a commune's stack gives a keeper. None is secret. */
export interface KeeperSettings {
  commune: string;
  /** The server's name, which is also the service that its copies go by in a vault: `database`. */
  server: string;
  connection: DatabaseConnection;
  role: string;
  /** `log`: every change, as it happens. `dumps`: each database once a day, if the server lets nobody read its log. */
  method: "log" | "dumps";
  /** Longest span of changes that may be lost, seconds. */
  rpoSeconds: number;
  /** Seconds between two shipments. */
  turnSeconds: number;
  /** Most that the spool may hold, bytes. */
  spoolBytes: number;
  /** Incarnation of the commune's site. */
  incarnation: number;
  /** Who keeps the copies: the first that answers gets them from here, and each from the others what it lacks. */
  vaults: readonly string[];
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
  /** {@link VaultAccess} of each vault, by who keeps it. */
  vaults: "vaults.json",
} as const;

export type Vaults = Readonly<Record<string, VaultAccess>>;

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

/** What a keeper knows of one vault. Times are the keeper's clock, but `until`, which is the server's. */
export interface VaultSeen {
  host: string;
  answers: boolean;
  /** Why it does not answer. */
  problem?: string;
  aheadSeconds?: number;
  /** When all that is relied on was found whole there, of its parts the one that was looked at first; undefined if it is not. */
  proved?: string | undefined;
  /** The last moment that can be gone back to with this vault alone; undefined if its copy is not proved. */
  until?: string | undefined;
  /** When all that the server had was there last; undefined if its copy is not proved. */
  confirmed?: string | undefined;
  /** What is not whole there, and since when that is known. */
  lacks?: { since: string; message: string }[];
}

/** What a keeper says of itself. Times of `until`, `ended` and gaps are the server's clock, the others the keeper's. */
export interface KeeperStatus {
  at: string;
  server: string;
  method: KeeperSettings["method"];
  rpoSeconds: number;
  /** When all that the server had was last in a vault whose copy is proved, also where there was nothing new. */
  confirmed: string | undefined;
  shipped: { sequence: number; end: string; until: string; snapshot: string; generation: string } | undefined;
  base: { snapshot: string; generation: string; ended: string } | undefined;
  slot: { status: string; isActive: boolean } | undefined;
  spool: { usedBytes: number; limitBytes: number; isHeld: boolean };
  vaults: VaultSeen[];
  dumps: { database: string; at: string; snapshot: string; tables: number; generation?: string }[];
  gaps: Gap[];
  failures: Failure[];
}
