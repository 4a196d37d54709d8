import type { CopiedVolume, Freeze, PointBucket } from "../../foundation/restore-point/contract.ts";
import type { VaultAccess } from "../vault/access.ts";
import type { Signer } from "./signer.ts";

/** Settings of the pods that take a service's restore points. None is secret. */
export interface PointsSettings {
  commune: string;
  service: string;
  incarnation: number;
  /** Hosts of the points: the first one decides which of two sites took a number first, the others receive copies. */
  vaults: readonly string[];
  volumes: readonly CopiedVolume[];
  /** Bucket with its files, beside these volumes; absent if all of them are there. */
  bucket?: Omit<PointBucket, "keys">;
  /** Switch that stops writing while a point is taken before a change. */
  freeze?: Freeze;
  /** Name of the service's database; absent if it keeps only files. */
  database?: string;
  /** Engine of the database; PostgreSQL when absent. */
  engine?: "mariadb";
  running: { version: string; host: string; handles?: string };
  /** Labels of the keys that the data needs. */
  keys: readonly string[];
  /** Checksum of the declaration that runs. */
  declaration: string;
}

/** Identity of the pods: public, and known only once the seed is. */
export interface PointsIdentity {
  /** Public key of the commune's descriptor, a Multikey. */
  publicKey: string;
  signer: Signer;
  /** Fingerprint of the seed. */
  seed: string;
}

/** Mount paths in the pods. */
export const pointsFolders = {
  settings: "/etc/restore-point",
  secrets: "/run/secrets/restore-point",
  /** The service's volumes, each by its name. */
  volumes: "/volumes",
  /** Files through which the containers of one pod talk to each other. */
  work: "/work",
  tools: "/tools",
} as const;

/** Files of the Secret. */
export const pointsSecrets = {
  repositoryPassword: "repository-password",
  databasePassword: "database-password",
  signingKey: "signing-key",
  vaults: "vaults.json",
  identity: "identity.json",
  bucketAccessKey: "bucket-access-key",
  bucketSecretKey: "bucket-secret-key",
} as const;

/** The file `vaults.json`: access to each vault, by its host. */
export type PointsVaults = Readonly<Record<string, VaultAccess>>;

/** Files that one container leaves for the next, in the folder `work`. */
export const workFiles = {
  /** Begin of the point: {@link Begun}. */
  begun: "begun.json",
  /** Environment with which restic reaches the repository, as a shell reads it. */
  repository: "repository.env",
  /** Certificates of authorities that vaults are asked under, PEM. */
  roots: "roots.pem",
  /** Moment of the rows: also that of the point. */
  takenAt: "taken-at",
  /** restic's own summary of the dump, a line of JSON. */
  dump: "dump.json",
  /** Tables and their rows: name, tab, number. */
  rows: "rows.tsv",
  /** Version and system identifier of the server, each on its line. */
  server: "server",
  /** Snapshot of the dump, for a restore of rows. */
  snapshot: "snapshot",
  /** Tables and the rows that each must have, as in `rows`. */
  expected: "expected.tsv",
} as const;

/** The steps of a restore of files; each is a run of its own. */
const restoreSteps = ["preview", "bring", "there", "back", "release"] as const;

/** Start of a step's message that no restore was begun on a volume. */
export const nothingBrought = "nothing was brought";

/** The step that finds the dump of a point, before its rows are loaded. */
export const rowsStep = "rows";

/** The steps of an export: a pod that waits, and a request to it, which writes one part of a point to its output. */
export const holdStep = "hold";
export const leaveStep = "leave";

export type RestoreStep = (typeof restoreSteps)[number];

/** Changes that a restore of files would make, and the rest of the point's contents. */
export interface RestorePreview {
  takenAt: string;
  /** The version of the service that ran. */
  version: string;
  /** Tables and rows of its dump, and its bytes. */
  rows: { tables: number; rows: number; bytes: number };
  /** Files that existed then and do not now: they come back. */
  returning: number;
  /** Files that differ now: they become as they were. */
  undone: number;
  /** Files that exist now and did not then: they are kept aside. */
  aside: number;
  /** Size of the point's files, bytes. */
  bytes: number;
  /** Whether the point's files are already in use. */
  isInPlace: boolean;
}

/** State that a point begins with. */
export interface Begun {
  /** Host of the first vault. */
  host: string;
  repository: { service: string; generation: string };
  sequence: number;
  previous: string | null;
  /** Time on the vault's clock, ISO 8601. */
  vaultDate: string;
  /** Number of files of the previous point; undefined if there is none. */
  filesBefore: number | undefined;
}
