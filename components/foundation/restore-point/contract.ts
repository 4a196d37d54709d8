import type { Translated } from "../language/language.ts";

/**
 * Contents of a service's restore points beside its rows: the service declares them; recovery reads them and names no
 * service.
 */
export interface PointContents {
  /** User and group that its files are of. */
  uid: number;
  /** Its volumes, but for the queue of its cache: what waits there names rows that a restore takes away. */
  volumes: readonly CopiedVolume[];
  /**
   * File that stops all writing while a point is taken before a change; without it, rows are copied first and files
   * after them.
   */
  freeze?: Freeze;
  /** Runs after its files went back to a point and its rows did not, in this order. */
  afterFiles: readonly AfterRestore[];
  /** Runs after its files and its rows went back to one point together. Its cache is emptied before. */
  afterAll: readonly AfterRestore[];
  /** Runs that have to succeed before one folder or file goes back. `{path}` in a command stands for its path on the volume. */
  beforePath?: readonly AfterRestore[];
  /** Runs after one folder or file went back while it serves. */
  afterPath: readonly AfterRestore[];
  /** Copies of files that tear if they are read while they are written to; absent if there are none. */
  copies?: ConsistentCopies;
  /** Prints how much waits in folders of its volumes that no point has; undefined if nothing waits but in its cache. */
  waiting?: { deployment: string; command: readonly [string, ...string[]] };
  /** Name of the Secret that its own pods alone have, where no volume tells which they are. */
  secret?: string;
  /** Whether only the rows of their moment explain its files: they never go back alone. */
  isFoundByRows?: boolean;
  /** Whether it reads what goes back when it starts, and at no other time: one path of it never goes back alone. */
  isReadAtStart?: boolean;
}

/** Copies that a program of the application's own makes while people write, and that a point has in the place of the files. */
export interface ConsistentCopies {
  image: string;
  /** Name of the claim with the files. */
  volume: string;
  /** Commands by the path of their file below the volume's root; `{file}` and `{copy}` stand for both paths. */
  commands: Readonly<Record<string, readonly string[]>>;
}

/**
 * A file on one of its volumes with which it lets nobody write. It must say itself when that ends, because the pod that
 * wrote it may be killed.
 */
export interface Freeze {
  volume: string;
  /** Path below the volume's root. */
  file: string;
  /** `{until}` stands for the second since 1970 at which it ends without further action. */
  text: string;
}

/** One run of one of its own CronJobs, with another command. */
export interface AfterRestore {
  /** Its effect, in a few words. */
  what: Translated;
  /** Whether people may be there: what else would be wrong for them must be done before. */
  when: "before people return" | "while it serves";
  cronJob: string;
  command: readonly string[];
}

/**
 * Contents of one volume in a point. `paths` are names at its root, which a restore exchanges; of `excluded` paths
 * below it, `*` stands for anything but `/`.
 */
export interface CopiedVolume {
  /** Name of its claim. */
  name: string;
  /** All that is in the point, the first of which is always there; the whole volume when absent. */
  paths?: readonly [string, ...string[]];
  /** Paths that can be made again, or belong to others. */
  excluded: readonly string[];
}

/** Bucket with files of a service: a point lists the version that each object has, and the bucket keeps the versions. */
export interface PointBucket {
  /** Address of the store, without a final slash. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Start of every key of the service; empty in a bucket of its own. */
  prefix: string;
  addressing: "path" | "host";
  /** Names of the stack's secrets that hold its keys. */
  keys: { accessKey: string; secretKey: string };
}
