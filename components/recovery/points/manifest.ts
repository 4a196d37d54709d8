import * as z from "zod/mini";

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const count = z.int().check(z.minimum(0));
const text = z.string().check(z.minLength(1), z.maxLength(500));
/** `nextcloud/files-2026q4`. */
const repository = z.string().check(z.regex(/^[a-z][a-z0-9-]*\/[a-z]+-[0-9q-]+$/));

/** Files of one volume, as restic has them. */
const files = z.strictObject({
  kind: z.literal("files"),
  /** The claim that they were on. */
  volume: text,
  repository,
  snapshot: digest,
  /** restic's hash of the whole tree: the same for the same files. */
  tree: digest,
  files: count,
  bytes: count,
  /** Paths that were left out, below the volume's root. */
  excluded: z.array(text),
});

/** Objects of a bucket, which stay there: the list of the version that each had at the point's moment. */
const bucket = z.strictObject({
  kind: z.literal("bucket"),
  /** Address of the store, name of the bucket, and the start of every key. */
  endpoint: text,
  bucket: text,
  prefix: z.string(),
  repository,
  snapshot: digest,
  objects: count,
  /** Size of all objects. */
  objectBytes: count,
  /** Size of the list. */
  bytes: count,
});

/** Rows of one database as a dump, at the point's moment. */
const dump = z.strictObject({
  kind: z.literal("dump"),
  /** Engine of the dump; PostgreSQL if absent. */
  engine: z.optional(z.literal("mariadb")),
  database: text,
  repository,
  snapshot: digest,
  bytes: count,
  /** Tables in it, by name, with the rows that each had at the same moment. */
  rows: z.record(z.string(), count),
  /** The server that it was taken of. */
  server: z.strictObject({ version: text, system: text }),
});

/** Rows as a base copy and the log up to a position: what a keeper ships (docs/vault.md). */
const log = z.strictObject({
  kind: z.literal("log"),
  database: text,
  /** Repositories of the base and of the log. */
  base: z.strictObject({ repository, snapshot: digest }),
  wal: z.strictObject({ repository, snapshot: digest }),
  server: z.strictObject({ version: text, system: text }),
  timeline: count,
  /** Until where the log is replayed: `0/1A2B3C4D`. */
  position: text,
});

const part = z.discriminatedUnion("kind", [files, dump, log, bucket]);

export type PointPart = z.output<typeof part>;
export type FilesPart = z.output<typeof files>;
export type DumpPart = z.output<typeof dump>;
export type BucketPart = z.output<typeof bucket>;

/** Returns the number of files on volumes and objects in buckets of a point. */
export function filesIn(parts: readonly PointPart[]): number {
  return parts.reduce(
    (sum, part) => sum + (part.kind === "files" ? part.files : part.kind === "bucket" ? part.objects : 0),
    0,
  );
}

/** Reasons for which a point is taken. */
const reasons = ["schedule", "hand", "before", "drill"] as const;
export type Reason = (typeof reasons)[number];

const manifestSchema = z.strictObject({
  form: z.literal(1),
  commune: text,
  service: text,
  incarnation: count,
  sequence: count,
  takenAt: text,
  /** The vault's clock when the point began, as its header `Date` said. */
  vaultDate: text,
  reason: z.enum(reasons),
  /** Checksum of the declaration that ran. */
  declaration: text,
  /** Tells the seed that opens it from another one; no secret. */
  seed: text,
  /** Labels of the keys, with their versions, that the data needs: a restore under others is refused. */
  keys: z.array(text),
  /** Version of the service that ran, and the names that it is known by. */
  running: z.strictObject({ version: text, host: text, handles: z.optional(text) }),
  parts: z.array(part).check(z.minLength(1)),
  /** Keys of each repository, beside the password: everything depends on `config` and one file in `keys`, so they are here too. base64. */
  repositories: z.record(
    z.string(),
    z.strictObject({ config: text, keys: z.record(z.string(), z.string()) }),
  ),
  /** Written when every part was read back: what is not complete has no manifest. */
  complete: z.literal(true),
});

/** The contents of a restore point. It lies sealed at the vaults: whoever can read the data can read it, and nobody else. */
export type PointManifest = z.output<typeof manifestSchema>;

/** Reads a manifest; undefined if it is none, or has a form that this version does not know. */
export function readManifest(value: unknown): PointManifest | undefined {
  const read = manifestSchema.safeParse(value);
  return read.success ? read.data : undefined;
}

/** Returns the snapshots that a point consists of, by repository. */
export function snapshotsOf({
  parts,
}: Pick<PointManifest, "parts">): { repository: string; snapshot: string }[] {
  return parts
    .flatMap((each) => (each.kind === "log" ? [each.base, each.wal] : [each]))
    .map(({ repository, snapshot }) => ({ repository, snapshot }));
}
