/** A service as another commune publishes it, as far as a link needs it. */
interface PeerService {
  /** Public address. */
  url: string;
  /** The account that others follow. */
  account?: string | undefined;
}

/** The commune's own service: its public address, and the one inside the cluster. */
export interface OwnAddress {
  url: string;
  inside: string;
}

/** Something that a service shows everybody: a post, a video. */
export interface Shown {
  /** Its page. */
  url: string;
  /** ISO 8601. */
  date: string;
  /** Plain text: a title, or all of a post. */
  text: string;
}

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

/** How links are made, looked at and undone in a service: what the reconciler runs. All of it may be repeated safely. */
export interface LinkDriver {
  /** What stands for a peer here: its host or its account. Nothing when the peer does not say. */
  targetOf(peer: PeerService): string | undefined;
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

/** What a driver is given beside the address of its service. */
export interface DriverTools {
  /** The secret that lets it change links; read each time, because it may change. */
  secret(): string;
  /** Whether videos of peers are copied. */
  redundancy: boolean;
}

/** How a service is linked with the same service of other communes. It goes into a pod: it imports no declaration and no Pulumi. */
export interface ServiceLink {
  /** What it is to people, as declarations and descriptors write it: `documents`. */
  kind: string;
  /** What it is to people, in French. */
  french: string;
  /** What people call the software by. */
  title: string;
  /** What people do with it, in French: a sentence. */
  frenchPurpose: string;
  /** What a link of it does, for the reference of declarations. */
  meaning: string;
  /** What a peer that does not have it has none of. */
  noun: string;
  /** What it counts in public, in its nodeinfo; it counts nothing when absent. */
  counts?: string;
  /** File of the reconciler's secrets with the one that its driver needs. */
  secretFile: string;
  driver(own: OwnAddress, tools: DriverTools): LinkDriver;
  /** Asks it, without an account, what it shows everybody, the newest first; it shows nothing when absent. Throws when it does not answer. */
  latest?(own: OwnAddress & { account?: string | undefined }): Promise<Shown[]>;
}

/** A line of the list of services: what pods need of it, and how the rest is loaded. */
export interface ServiceEntry {
  /** Absent where it is not linked. */
  link?: ServiceLink;
  /** Loads what is written of it: `service.ts`. */
  load(): Promise<object>;
}
