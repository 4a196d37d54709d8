import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { VaultAccess } from "../vault/access.ts";

/** What a keeper is told by its commune's stack. Nothing of it is secret. */
export interface KeeperSettings {
  commune: string;
  /** The server's name, which is also the service that its copies go by in a vault: `database`. */
  server: string;
  connection: DatabaseConnection;
  role: string;
  /** `log`: every change, as it happens. `dumps`: each database, once a day, where a server lets nobody have its log. */
  method: "log" | "dumps";
  /** How much may be lost at most, seconds. */
  rpoSeconds: number;
  /** How often it looks and ships, seconds. */
  turnSeconds: number;
  /** What the spool may hold, bytes. */
  spoolBytes: number;
  /** Which of the commune's sites it is. */
  incarnation: number;
  /** Who keeps the copies: the first that answers gets them from here, and each from the others what it lacks. */
  vaults: readonly string[];
}

/** Where settings and secrets are mounted, and what is kept where. */
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

/** Where the volume of what was not shipped yet is mounted. */
export const spoolFolder = "/spool";

/** What the containers of the pod say to each other, on the spool. */
export const spoolFiles = {
  /** The folder that the log is received into and the size of its files, for the container that receives. */
  receive: "receive",
  /** There while nothing is to be received: the spool is full. */
  hold: "hold",
  /** What the keeper says of itself. */
  status: "status.json",
} as const;

/** Name of the slot that the server keeps the log for. */
export const slotName = "keeper";

/** Port on which a keeper tells a Prometheus, and the node, how it is. */
export const keeperPort = 8081;

/** A time without any copy that could be gone back to. */
export interface Gap {
  /** The last moment that can be gone back to; nothing where there was none. */
  from: string | undefined;
  /** The first moment that can be gone back to again; nothing as long as there is none. */
  to: string | undefined;
  reason: string;
}

/** What has not gone well since. */
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
