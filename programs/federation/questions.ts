import type { FederationStatus, PeerStatus } from "../../components/federation/status.ts";

/** Between two runs because a peer asks what is declared, seconds; as long again after each that changed nothing with it. */
const shortest = 10;
const longest = 3600;

/** Whether something with a peer is on its way or waits for it. */
function isAwaited({ silent, services }: PeerStatus): boolean {
  return (
    silent !== undefined ||
    Object.values(services).some(
      ({ state }) => state === "waiting" || state === "pending" || state === "closing",
    )
  );
}

/**
 * Peers' questions for the descriptor, each by its own account: a sign that the peer is there. Two that wait for each
 * other, or whoever asks in a peer's name, must not keep us running.
 */
export class Questions {
  readonly #last = new Map<string, { about: string; wait: number; next: number }>();

  /** Whether the question of a peer is worth a run, milliseconds since 1970 given. */
  isWorthRun(status: FederationStatus, peer: string, now: number): boolean {
    const known = Object.hasOwn(status, peer) ? status[peer] : undefined;
    if (known === undefined || !isAwaited(known)) return false;
    const states = Object.entries(known.services).map(([kind, { state }]) => [kind, state]);
    const about = JSON.stringify([known.silent === undefined, states]);
    const last = this.#last.get(peer);
    const isSame = last?.about === about;
    if (isSame && now < last.next) return false;
    const wait = isSame ? Math.min(longest, last.wait * 2) : shortest;
    this.#last.set(peer, { about, wait, next: now + wait * 1000 });
    return true;
  }

  /** Milliseconds until the run that a question is worth, after one that began at a time. */
  static waitAfter(started: number, now: number): number {
    return Math.max(0, started + shortest * 1000 - now);
  }
}
