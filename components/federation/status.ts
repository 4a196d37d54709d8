import type { RememberedHead } from "./memory.ts";
import type { PointsMemory } from "./points.ts";

/** Name of the ConfigMap that the reconciler writes, and its key. */
export const statusName = "federation-status";
export const statusKey = "status.json";

/** The key of what has answered, in the same ConfigMap. */
export const answersKey = "answers.json";

/** The key of what its services have shown, in the same ConfigMap. */
export const latestKey = "latest.json";

/** The key of what is known of its restore points, in the same ConfigMap. */
export const pointHeadsKey = "points.json";

/**
 * How a link of one service stands, seen from this side.
 *
 * - `accepted`: open in both directions.
 * - `pending`: asked for, and not answered yet.
 * - `waiting`: the peer does not declare it.
 * - `absent`: the peer does not have the service.
 * - `refused`: what answers at the peer's domain is not the peer.
 * - `closing`: no longer to be, and not gone yet.
 */
export type LinkState = "accepted" | "pending" | "waiting" | "absent" | "refused" | "closing";

export interface ServiceLink {
  state: LinkState;
  /** Why it is no further. */
  why?: string;
  /** Since when it is in this state, ISO 8601. */
  since: string;
  /** Host or account at the peer that was opened: kept until nothing of it is left. */
  target?: string;
}

export interface PeerStatus {
  name: string;
  domain: string;
  /** False when the declaration no longer names it. */
  declared: boolean;
  /** The first key seen at its domain, where none is declared. */
  firstKey?: string;
  /** When its descriptor was read last, ISO 8601. */
  seen?: string;
  /** What its log of approvals was, the newest one last, and what is wrong with what it says now. */
  approvals?: readonly RememberedHead[];
  alarm?: string;
  /** What its restore points were, by service. */
  points?: PointsMemory;
  /** Why its descriptor cannot be had now, since when, and when it is asked again. */
  silent?: { why: string; since: string; retry: string };
  /** By kind of service. */
  services: Record<string, ServiceLink>;
}

/** What the reconciler knows and shows of every link, by peer. It is also its memory of what it has opened. */
export type FederationStatus = Record<string, PeerStatus>;

/** Everything that is wrong with what a peer says of its chains now. */
export function alarmsOf({ alarm, points = {} }: Pick<PeerStatus, "alarm" | "points">): string[] {
  return [alarm, ...Object.values(points).map((memory) => memory.alarm)].flatMap((each) => each ?? []);
}
