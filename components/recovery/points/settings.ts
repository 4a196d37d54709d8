import type { CopiedVolume, Freeze } from "../../foundation/restore-point/contract.ts";
import type { VaultAccess } from "../vault/access.ts";
import type { Signer } from "./signer.ts";

/** What the pods that take the restore points of a service are told. Nothing of it is secret. */
export interface PointsSettings {
  commune: string;
  service: string;
  incarnation: number;
  /** Who keeps the points: the first one decides who was first with a number, the others are copied to. */
  vaults: readonly string[];
  volumes: readonly CopiedVolume[];
  /** How nobody writes while a point is taken before a change. */
  freeze?: Freeze;
  /** Name of the service's database; nothing where it keeps files alone. */
  database?: string;
  /** Whose database it is; PostgreSQL's when absent. */
  engine?: "mariadb";
  running: { version: string; host: string; handles?: string };
  /** Labels of the keys that the data needs. */
  keys: readonly string[];
  /** Checksum of the declaration that runs. */
  declaration: string;
}

/** What they know of who they are; public, and known only when the seed is. */
export interface PointsIdentity {
  /** Of the commune's descriptor, a Multikey. */
  publicKey: string;
  signer: Signer;
  /** Fingerprint of the seed. */
  seed: string;
}

/** Where the pods find things. */
export const pointsFolders = {
  settings: "/etc/restore-point",
  secrets: "/run/secrets/restore-point",
  /** The service's volumes, each by its name. */
  volumes: "/volumes",
  /** What the containers of one pod tell each other. */
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
} as const;

/** The file `vaults.json`: what opens each vault, by who keeps it. */
export type PointsVaults = Readonly<Record<string, VaultAccess>>;

/** What one container leaves for the next, in the folder `work`. */
export const workFiles = {
  /** What the point begins with: {@link Begun}. */
  begun: "begun.json",
  /** How restic reaches the repository, as a shell reads it. */
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
  /** Of a restore of rows: the snapshot of the dump. */
  snapshot: "snapshot",
  /** Tables and the rows that each must have, as in `rows`. */
  expected: "expected.tsv",
} as const;

/** The steps of a restore of files, each a run of its own. */
const restoreSteps = ["preview", "bring", "there", "back", "release"] as const;

/** How a step begins to say that a restore was not begun on a volume. */
export const nothingBrought = "nothing was brought";

/** The step that finds the dump of a point, before its rows are loaded. */
export const rowsStep = "rows";

/** The steps of an export: a pod that waits, and what is asked of it, which leaves one part of a point on its output. */
export const holdStep = "hold";
export const leaveStep = "leave";

export type RestoreStep = (typeof restoreSteps)[number];

/** What a restore of files would change, in files, and what is in the point beside them. */
export interface RestorePreview {
  takenAt: string;
  /** The version of the service that ran. */
  version: string;
  /** Tables and rows of its dump, and its bytes. */
  rows: { tables: number; rows: number; bytes: number };
  /** There then and not now: they come back. */
  returning: number;
  /** Other now than then: they are as they were. */
  undone: number;
  /** There now and not then: they are kept aside. */
  aside: number;
  /** What the point's files take, bytes. */
  bytes: number;
  /** Whether the point's files are in use already. */
  isInPlace: boolean;
}

/** What a point begins with. */
export interface Begun {
  /** Which vault comes first. */
  host: string;
  repository: { service: string; generation: string };
  sequence: number;
  previous: string | null;
  /** The clock of the vault, ISO 8601. */
  vaultDate: string;
  /** Files of the newest point before; nothing where there is none. */
  filesBefore: number | undefined;
}
