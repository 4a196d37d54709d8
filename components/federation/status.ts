import type { RememberedHead } from "./memory.ts";
import type { PointsMemory } from "./points.ts";

/** Name of the ConfigMap that the reconciler writes, and its key. */
export const statusName = "federation-status";
export const statusKey = "status.json";

/** Key of what has answered, in that ConfigMap. */
export const answersKey = "answers.json";

/** Key of what its services have shown, in that ConfigMap. */
export const latestKey = "latest.json";

/** Key of its restore points, in that ConfigMap. */
export const pointHeadsKey = "points.json";

/**
 * State of one service's link, seen from this side.
 *
 * - `accepted`: open in both directions.
 * - `pending`: requested, and not answered yet.
 * - `waiting`: the peer does not declare it.
 * - `absent`: the peer does not have the service.
 * - `refused`: something other than the peer answers at its domain.
 * - `closing`: no longer declared, and not closed yet.
 */
export type LinkState = "accepted" | "pending" | "waiting" | "absent" | "refused" | "closing";

export interface ServiceLink {
  state: LinkState;
  /** Reason why the link is no further. */
  why?: string;
  /** Start of this state, ISO 8601. */
  since: string;
  /** Host or account at the peer that was opened; kept until it is closed completely. */
  target?: string;
}

export interface PeerStatus {
  name: string;
  domain: string;
  /** False if the declaration no longer names it. */
  declared: boolean;
  /** The first key seen at its domain, if none is declared. */
  firstKey?: string;
  /** Time at which its descriptor was last read, ISO 8601. */
  seen?: string;
  /** Heads of its log of approvals, newest last, and the current problem of its statement. */
  approvals?: readonly RememberedHead[];
  alarm?: string;
  /** Memory of its restore points, by service. */
  points?: PointsMemory;
  /** Reason why its descriptor is unavailable, since when, and when it is requested again. */
  silent?: { why: string; since: string; retry: string };
  /** By kind of service. */
  services: Record<string, ServiceLink>;
}

/** Everything that the reconciler knows and shows of each link, by peer. It is also its memory of what it has opened. */
export type FederationStatus = Record<string, PeerStatus>;

/** Returns all current problems of what a peer states about its chains. */
export function alarmsOf({ alarm, points = {} }: Pick<PeerStatus, "alarm" | "points">): string[] {
  return [alarm, ...Object.values(points).map((memory) => memory.alarm)].flatMap((each) => each ?? []);
}
