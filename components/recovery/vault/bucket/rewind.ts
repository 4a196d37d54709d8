import type { BucketClient, Version } from "./client.ts";

/** What is done so that a bucket gives again what was brought to it. Nothing is deleted: every version stays. */
export interface Rewind {
  /** Objects whose oldest version becomes their newest: they were deleted, or written over. */
  restore: { key: string; version: string }[];
  /** Objects that came after the moment: marked as deleted. */
  hide: string[];
}

/** Locks of restic come and go, and nobody misses one. */
const isLock = (key: string) => /\/locks\/[0-9a-f]{64}$/.test(key);

/** The oldest version of each object: whatever is written over it or deleted later, that one stays while it is locked. */
export function oldestOf(versions: readonly Version[]): Map<string, Version> {
  const oldest = new Map<string, Version>();
  for (const version of versions) {
    if (version.isMarker) continue;
    const known = oldest.get(version.key);
    // A list has the newest first where two are of the same second.
    if (known === undefined || Date.parse(version.at) <= Date.parse(known.at))
      oldest.set(version.key, version);
  }
  return oldest;
}

/**
 * Returns what gives a bucket back what was brought to it up to a moment. Nobody but a thief replaces or deletes what is
 * there, but for restic's locks, so that the oldest version of an object is the right one.
 *
 * @param until the last moment before the thief, by the store's clock; what came later is hidden. Everything that is there
 * counts when absent.
 */
export function rewindOf(versions: readonly Version[], until?: Date): Rewind {
  const rewind: Rewind = { restore: [], hide: [] };
  const latest = new Map(versions.filter(({ isLatest }) => isLatest).map((each) => [each.key, each]));
  for (const [key, { id, at, etag }] of oldestOf(versions)) {
    if (isLock(key)) continue;
    const now = latest.get(key);
    if (until !== undefined && Date.parse(at) > until.getTime()) {
      if (now?.isMarker !== true) rewind.hide.push(key);
    } else if (now?.id !== id && now?.etag !== etag) rewind.restore.push({ key, version: id });
  }
  return rewind;
}

/** Does it. Run again, it goes on where it ended. @param report told how many are done. */
export async function rewindBucket(
  client: Pick<BucketClient, "copy" | "delete">,
  { restore, hide }: Rewind,
  report: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  const told = () => report(++done);
  // What refers to others last: a snapshot whose packs are away fails, one that is away is missed.
  const order = ["/config", "/keys/", "/data/", "/index/", "/snapshots/"];
  const place = ({ key }: { key: string }) => order.findIndex((part) => key.includes(part));
  for (const each of [...restore].sort((one, other) => place(one) - place(other))) {
    await client.copy(each.key, each.version);
    told();
  }
  for (const key of hide) {
    await client.delete(key);
    told();
  }
}
