import type { BucketClient, Version } from "./client.ts";

/** What is done so that a bucket gives again what was brought to it. Nothing is deleted: every version stays. */
export interface Rewind {
  /** Objects whose oldest version becomes their newest: they were deleted, or written over. */
  restore: { key: string; version: string }[];
  /** Objects that came after the moment: marked as deleted. */
  hide: string[];
}

/** Whether it is a lock of restic's: they come and go. */
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

/** The version, or the mark of a deletion, that each object had at a moment. */
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
 * Returns what gives a bucket back what was there at a moment, each object as it was first written: nobody but a thief
 * replaces one, so that its oldest version is the right one also where a thief was there before the moment.
 *
 * @param moment the last one before the thief, by the store's clock. What came later is hidden.
 */
export function rewindOf(versions: readonly Version[], moment: Date): Rewind {
  const rewind: Rewind = { restore: [], hide: [] };
  const latest = new Map(versions.filter(({ isLatest }) => isLatest).map((each) => [each.key, each]));
  const then = newestAt(versions, moment);
  for (const [key, { id, etag }] of oldestOf(versions)) {
    const now = latest.get(key);
    const isAsItWas = now?.id === id || now?.etag === etag;
    const wasThere = then.get(key)?.isMarker === false;
    // A lock that restic cannot read stops it, and one that is gone is missed by nobody.
    const isWanted = wasThere && !(isLock(key) && !isAsItWas);
    if (!isWanted && now?.isMarker !== true) rewind.hide.push(key);
    else if (isWanted && !isAsItWas) rewind.restore.push({ key, version: id });
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
