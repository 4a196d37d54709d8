/** What is in the restore points of a service beside its rows: the service says it, and recovery reads it and names no service. */
export interface PointContents {
  /** User and group that its files are of. */
  uid: number;
  /** Its volumes, but for the queue of its cache: what waits there names rows that a restore takes away. */
  volumes: readonly CopiedVolume[];
  /** What it has to be told after its files went back to a point and its rows did not, in this order. */
  afterFiles: readonly AfterFiles[];
}

/** One run of one of its own CronJobs, with another command. */
export interface AfterFiles {
  /** What it does, in a few words. */
  what: string;
  /** Whether people may be there: what else would be wrong for them must be done before. */
  when: "before people return" | "while it serves";
  cronJob: string;
  command: readonly string[];
}

/** What of one volume is in a point. Paths are below its root, and `*` stands for anything but `/`. */
export interface CopiedVolume {
  /** Name of its claim. */
  name: string;
  /** All that is in the point, the first of which is always there; the whole volume when absent. */
  paths?: readonly [string, ...string[]];
  /** What can be made again, or is others'. */
  excluded: readonly string[];
}
