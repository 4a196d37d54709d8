import type { Version } from "../../../components/recovery/vault/bucket/client.ts";
import type { Keyed } from "./lines.ts";

/** A line of a point's list: the version that an object had. */
export interface Entry extends Keyed {
  version: string;
  etag: string;
  bytes: number;
}

/** The moment of the rows by the store's clock, milliseconds since 1970, between which it was: clocks are read to the second. */
export interface StoreMoment {
  earliest: number;
  latest: number;
}

/** A store may say times to the second, rounded down. */
const granularityMs = 1000;

/**
 * Returns the moment of the rows by the store's clock.
 *
 * @param takenAt of the rows by the clock here, to the second.
 * @param clock what the store said of its own, to the second, and when it was asked and had answered by the clock here.
 */
export function storeMoment(
  takenAt: string,
  clock: { sent: number; answered: number; said: number },
): StoreMoment {
  const at = Date.parse(takenAt);
  return {
    earliest: at + clock.said - clock.answered,
    latest: at + granularityMs + clock.said + granularityMs - clock.sent,
  };
}

/**
 * Returns the version that an object had at a moment; undefined if it had none. In doubt it had one: an object too many
 * does no harm, one that rows name and that is hidden does.
 */
export function versionAt(
  versions: readonly Version[],
  { earliest, latest }: StoreMoment,
): Version | undefined {
  let newest: Version | undefined;
  for (const version of versions) {
    const at = Date.parse(version.at);
    if (version.isMarker ? at + granularityMs > earliest : at > latest) continue;
    const known = newest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(newest.at);
    const isLater =
      at > known || (at === known && (version.isLatest || (newest?.isMarker && !newest.isLatest)));
    if (isLater) newest = version;
  }
  return newest?.isMarker ? undefined : newest;
}

/** Returns the version that an object has now; undefined if it is deleted. */
export function versionNow(versions: readonly Version[]): Version | undefined {
  const latest = versions.find(({ isLatest }) => isLatest);
  return latest?.isMarker ? undefined : latest;
}

export const entryOf = ({ key, id, etag, bytes }: Version): Entry => ({ key, version: id, etag, bytes });
