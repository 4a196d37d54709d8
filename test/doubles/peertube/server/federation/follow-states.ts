/** The states of a follow. No row is a fourth one: `undefined`. */
export type FollowState = "pending" | "accepted" | "rejected";

/** The administrator's decision about followers. */
export interface FollowerPolicy {
  enabled: boolean;
  manualApproval: boolean;
}

/** State of the follower's row after a Follow that arrives, and the answer to it. */
export function onFollow(
  known: FollowState | undefined,
  policy: FollowerPolicy,
): { state: FollowState | undefined; answer: "Accept" | "Reject" | undefined } {
  if (!policy.enabled) return { state: known, answer: "Reject" };
  if (known === "rejected") return { state: "rejected", answer: "Reject" };
  if (known === "accepted") return { state: "accepted", answer: "Accept" };
  return policy.manualApproval
    ? { state: "pending", answer: undefined }
    : { state: "accepted", answer: "Accept" };
}

/** State of the row after a request to follow: it is sent again unless it was accepted, also after a reject. */
export function onRequest(known: FollowState | undefined): { state: FollowState; send: boolean } {
  return { state: known ?? "pending", send: known !== "accepted" };
}

/** State of our row after an Accept; the peer's old videos are fetched the first time. */
export function onAccept(known: FollowState | undefined): {
  state: FollowState | undefined;
  fetchOutbox: boolean;
} {
  return known === undefined
    ? { state: undefined, fetchOutbox: false }
    : { state: "accepted", fetchOutbox: known !== "accepted" };
}

/** Whether an Undo goes out when a following is removed: a pending one vanishes on this side only. */
export function undoIsSent(known: FollowState): boolean {
  return known === "accepted";
}

/** Whether a Reject goes out when a follower is removed. */
export function rejectIsSent(known: FollowState): boolean {
  return known !== "rejected";
}

/** State of a follower after the administrator's decision, or why it is not allowed. */
export function decision(
  known: FollowState,
  wanted: "accept" | "reject",
): { state: FollowState } | { error: string } {
  if (wanted === "accept") {
    return known === "accepted"
      ? { error: "Follow is not in pending/rejected state." }
      : { state: "accepted" };
  }
  return known === "rejected" ? { error: "Follow is not in pending/accepted state." } : { state: "rejected" };
}

const hostPattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;
const handlePattern = /^[^@/\s]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

/** A host as the API takes it: no scheme, no path. */
export function isHost(value: unknown): value is string {
  return typeof value === "string" && hostPattern.test(value);
}

/** A handle as the API takes it: name@host. */
export function isHandle(value: unknown): value is string {
  return typeof value === "string" && handlePattern.test(value);
}

/** A handle, or a host that stands for its server's actor. */
export function nameAndHost(handleOrHost: string): { name: string; host: string } {
  const [first = "", second] = handleOrHost.split("@");
  return second === undefined ? { name: "peertube", host: first } : { name: first, host: second };
}

/** The hosts and handles of a request to follow, or why it is refused; one bare text counts as a list of one. */
export function followRequest(body: unknown): { hosts: string[]; handles: string[] } | { error: string } {
  const { hosts, handles } = (body ?? {}) as { hosts?: unknown; handles?: unknown };
  const hostList = asList(hosts);
  const handleList = asList(handles);
  if (!hostList.every(isHost) || new Set(hostList).size !== hostList.length) {
    return { error: "Should have an array of unique hosts" };
  }
  if (!handleList.every(isHandle) || new Set(handleList).size !== handleList.length) {
    return { error: "Should have an array of handles" };
  }
  if (hostList.length + handleList.length === 0) {
    return { error: "You must provide at least one handle or one host." };
  }
  return { hosts: hostList, handles: handleList };
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
