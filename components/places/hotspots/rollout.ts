import { sha256 } from "../../foundation/manifest/checksum.ts";

/** Steps in which a change reaches hotspots. */
export interface RolloutPolicy {
  /** Per cent of the points a day, after the first quarter. */
  sharePerDay: number;
  /** Id of the quarter that is first, a day before all others. */
  firstQuarter: string | undefined;
  /** Errors at which no more points are reached. */
  stopAtErrors: number;
}

/** A change on its way to the points. */
export interface Rollout {
  /** Tells this set of wanted configurations from another one. */
  id: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Points outside the first quarter that had to change when it began. */
  others: number;
}

/** A point that does not have what is wanted. */
export interface PendingPoint {
  uuid: string;
  quarter: string;
}

const day = 24 * 60 * 60 * 1000;

/** The name of a set of wanted versions, by point. */
export function rolloutId(wanted: ReadonlyMap<string, string>): string {
  const lines = [...wanted].map(([uuid, version]) => `${uuid} ${version}`).sort();
  return sha256(lines.join("\n")).slice(0, 16);
}

/** A rollout that begins. */
export function begin(
  id: string,
  pending: readonly PendingPoint[],
  { firstQuarter }: RolloutPolicy,
  now: number,
): Rollout {
  return { id, startedAt: now, others: pending.filter(({ quarter }) => quarter !== firstQuarter).length };
}

/**
 * The points that get the change now: the first quarter at once, the others by their share of each day, in an
 * order that their ids decide. None any more when too many have reported an error.
 */
export function nextPoints(
  rollout: Rollout,
  pending: readonly PendingPoint[],
  { errors, now, policy }: { errors: number; now: number; policy: RolloutPolicy },
): string[] {
  if (errors >= policy.stopAtErrors) return [];
  const first = pending.filter(({ quarter }) => quarter === policy.firstQuarter);
  const others = pending.filter(({ quarter }) => quarter !== policy.firstQuarter);
  const days = Math.floor((now - rollout.startedAt) / day) + (policy.firstQuarter === undefined ? 1 : 0);
  const allowed = Math.ceil((rollout.others * policy.sharePerDay * days) / 100);
  const reached = rollout.others - others.length;
  const next = [...others]
    .sort((one, other) => (shuffled(one.uuid) < shuffled(other.uuid) ? -1 : 1))
    .slice(0, Math.max(0, allowed - reached));
  return [...first, ...next].map(({ uuid }) => uuid);
}

/** Ids given in a row are spread over the commune. */
function shuffled(uuid: string): string {
  return sha256(uuid);
}
