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

/** Status of a bucket. Only its operator knows its usage, and nobody there reads its files. */
export interface BucketStatus
  extends Pick<VaultStatus, "generations" | "scrub" | "usage" | "quarantined" | "aside"> {
  /** undefined if its keys may not ask. */
  lock: LockStatus | undefined;
}

/** Status of a vault, whoever keeps it. */
export type SeenStatus = VaultStatus | BucketStatus;

interface GenerationStatus {
  /** `nextcloud/files-2026q4`. */
  name: string;
  until: string | undefined;
  isComplete: boolean;
}

/** Default retention of a bucket, and the days that it needs. */
export interface LockStatus {
  /** `Enabled` if an overwritten object keeps its versions. */
  versioning: string | undefined;
  /** `COMPLIANCE` or `GOVERNANCE`; undefined if nothing is locked automatically. */
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
