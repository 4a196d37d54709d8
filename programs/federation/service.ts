import type { DescribedService, LinkedService } from "../../components/federation/descriptor.ts";

/** What one of the commune's services has of one peer. */
export interface Observed {
  /** What this side asked of the peer, and how far it is. `retried`: by the service itself, for which it keeps what it has. */
  outgoing: "none" | "asked" | "retried" | "accepted" | "rejected";
  /** Whether the peer has what it asked of this side. */
  incoming: boolean;
  /** Why it was rejected, where the service says. */
  why?: string;
}

export const nothing: Observed = { outgoing: "none", incoming: false };

/** How links are made, looked at and undone in one of the commune's services. All of it may be repeated safely. */
export interface Service {
  readonly kind: LinkedService;
  /** What stands for a peer here: its host or its account. Nothing when the peer does not say. */
  targetOf(peer: DescribedService): string | undefined;
  /** What is there of each target. Throws when the service itself does not answer. */
  observe(targets: readonly string[]): Promise<Map<string, Observed>>;
  /**
   * Asks the peer, as far as that has not been done.
   *
   * @param stale the question has been open for so long that it must have been lost.
   */
  open(target: string, observed: Observed, stale: boolean): Promise<void>;
  /** Sets what belongs to an open link. */
  keep(target: string): Promise<void>;
  /** Takes back what was asked of the peer, and what it has here. */
  close(target: string, observed: Observed): Promise<void>;
}
