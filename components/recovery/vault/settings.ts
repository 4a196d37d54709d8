import type { Vault } from "./access.ts";

/** Settings that a host's stack gives a vault. None is secret. */
export interface VaultSettings extends Vault {
  /** The guest's public key, a Multikey; undefined while it is not known, and then nobody is let in. */
  publicKey: string | undefined;
  /** Most that the guest may store, bytes. */
  quotaBytes: number;
}

/** Mount path of a vault's settings. */
export const vaultSettingsFile = "/etc/vault/settings.json";

/** Mount path of its volume. */
export const vaultFolder = "/vault";

/** Port on which a vault answers its guest, through the ingress controller. */
export const vaultPort = 8080;

/** Port on which it reports its health to a Prometheus and to the node. */
export const vaultMetricsPort = 8081;

/** The vault's report about itself to its guest: `GET /status`. */
export interface VaultStatus {
  guest: string;
  quotaBytes: number;
  /** Space that files and folders take, in blocks of 4 KiB. */
  usedBytes: number;
  generations: GenerationStatus[];
  /** The last scrub of all files; undefined before the first one has ended. */
  scrub: ScrubStatus | undefined;
  /**
   * Used space at the first scrub of each of the last days, oldest first; absent from a vault that is older than this
   * field.
   */
  usage?: Usage[];
  /** Files that did not match their name and were put aside: paths in the vault. */
  quarantined: string[];
  /** Generations past their day, with the day on which they were put aside. */
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
  /** Time at which it ended, ISO 8601. */
  finished: string;
  files: number;
  bytes: number;
  /** Files that it put into quarantine. */
  bad: number;
}
