import type { Vault } from "./access.ts";

/** What a vault is told by its host's stack. Nothing of it is secret. */
export interface VaultSettings extends Vault {
  /** The guest's public key, a Multikey; nobody is let in as long as it is not known. */
  publicKey: string | undefined;
  /** The most that the guest may store, bytes. */
  quotaBytes: number;
}

/** Where a vault's settings are mounted. */
export const vaultSettingsFile = "/etc/vault/settings.json";

/** Where its volume is mounted. */
export const vaultFolder = "/vault";

/** Port on which a vault answers its guest, through the ingress controller. */
export const vaultPort = 8080;

/** Port on which it tells a Prometheus, and the node, how it is. */
export const vaultMetricsPort = 8081;

/** What the vault says of itself to its guest: `GET /status`. */
export interface VaultStatus {
  guest: string;
  quotaBytes: number;
  /** What files and folders take, in blocks of 4 KiB. */
  usedBytes: number;
  generations: GenerationStatus[];
  /** The last look at every file; nothing before the first one has ended. */
  scrub: ScrubStatus | undefined;
  /** What was used at the first look of each of the last days, oldest first; nothing of a vault that is older than this. */
  usage?: Usage[];
  /** Files that did not match their name and are put aside: paths in the vault. */
  quarantined: string[];
  /** Generations that are past their day, with the day on which they were put aside. */
  aside: string[];
}

/** What a bucket says of itself: its room is its operator's to tell, and nobody there reads what it holds. */
export interface BucketStatus
  extends Pick<VaultStatus, "generations" | "scrub" | "usage" | "quarantined" | "aside"> {
  /** Undefined where its keys may not ask. */
  lock: LockStatus | undefined;
}

/** What is known of a vault, whoever keeps it. */
export type SeenStatus = VaultStatus | BucketStatus;

interface GenerationStatus {
  /** `nextcloud/files-2026q4`. */
  name: string;
  until: string | undefined;
  isComplete: boolean;
}

/** How long what comes to a bucket is locked, and how long it has to be. */
export interface LockStatus {
  /** `Enabled` where an overwritten object keeps its versions. */
  versioning: string | undefined;
  /** `COMPLIANCE` or `GOVERNANCE`; undefined where nothing is locked by itself. */
  mode: string | undefined;
  days: number;
  neededDays: number;
}

export interface Usage {
  /** ISO 8601. */
  at: string;
  usedBytes: number;
}

export interface ScrubStatus {
  /** When it ended, ISO 8601. */
  finished: string;
  files: number;
  bytes: number;
  /** Files that it put into quarantine. */
  bad: number;
}
