import type { BucketClient, Version } from "./client.ts";

/** Changes after which a bucket again returns what was written to it first. Nothing is deleted: every version stays. */
export interface Rewind {
  /** Objects whose oldest version becomes their newest: they were deleted or overwritten. */
  restore: { key: string; version: string }[];
  /** Objects to mark as deleted: created after the moment, or lock files of restic that were changed since. */
  hide: string[];
}

/** Whether a key is one of restic's lock files, which come and go. */
const isLock = (key: string) => /\/locks\/[0-9a-f]{64}$/.test(key);

/** Returns the oldest version of each object: it stays while it is locked, whatever is written over it or deleted later. */
export function oldestOf(versions: readonly Version[]): Map<string, Version> {
  const oldest = new Map<string, Version>();
  for (const version of versions) {
    if (version.isMarker) continue;
    const known = oldest.get(version.key);
    // A list has the newest first if two are of the same second.
    if (known === undefined || Date.parse(version.at) <= Date.parse(known.at))
      oldest.set(version.key, version);
  }
  return oldest;
}

/** Returns the version, or the deletion marker, that each object had at a moment. */
function newestAt(versions: readonly Version[], moment: Date): Map<string, Version> {
  const newest = new Map<string, Version>();
  for (const version of versions) {
    const at = Date.parse(version.at);
    const known = newest.get(version.key);
    if (at > moment.getTime()) continue;
    if (known === undefined || at > Date.parse(known.at)) newest.set(version.key, version);
  }
  return newest;
}

/**
 * Returns the changes that bring back the objects of a moment, each as it was first written: nobody but a thief replaces
 * one, so its oldest version is right even if a thief came before the moment.
 *
 * @param moment the last one before the theft, by the store's clock. Objects that were created later are hidden.
 */
export function rewindOf(versions: readonly Version[], moment: Date): Rewind {
  const rewind: Rewind = { restore: [], hide: [] };
  const latest = new Map(versions.filter(({ isLatest }) => isLatest).map((each) => [each.key, each]));
  const then = newestAt(versions, moment);
  for (const [key, { id, etag }] of oldestOf(versions)) {
    const now = latest.get(key);
    const isAsItWas = now?.id === id || now?.etag === etag;
    const wasThere = then.get(key)?.isMarker === false;
    // A lock file that restic cannot read stops it; a missing one does no harm.
    const isWanted = wasThere && !(isLock(key) && !isAsItWas);
    if (!isWanted && now?.isMarker !== true) rewind.hide.push(key);
    else if (isWanted && !isAsItWas) rewind.restore.push({ key, version: id });
  }
  return rewind;
}

/** Applies a rewind. After an interruption, a new one has what is left. @param report called with the steps done. */
export async function rewindBucket(
  client: Pick<BucketClient, "copy" | "delete">,
  { restore, hide }: Rewind,
  report: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  const told = () => report(++done);
  // Files that refer to others come last: a snapshot without its packs fails, and a missing snapshot is noticed.
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
