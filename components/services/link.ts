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

/** State of one of the commune's services with regard to one peer. */
export interface Observed {
  /** State of what this side asked of the peer. `retried`: the service itself retries, with what it has kept. */
  outgoing: "none" | "asked" | "retried" | "accepted" | "rejected";
  /** Whether the peer has what it asked of this side. */
  incoming: boolean;
  /** Reason of the rejection, if the service says it. */
  why?: string;
}

export const nothing: Observed = { outgoing: "none", incoming: false };

/** Makes, observes and removes links in a service; the reconciler runs it. Every method may be repeated safely. */
export interface LinkDriver {
  /** Returns what stands for a peer here, its host or its account; undefined if the peer does not say. */
  targetOf(peer: PeerService): string | undefined;
  /** Returns the state of each target. Throws if the service itself does not answer. */
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

/** Tools that a driver gets beside the address of its service. */
export interface DriverTools {
  /** The secret that lets it change links; read each time, because it may change. */
  secret(): string;
  /** Whether videos of peers are copied. */
  redundancy: boolean;
}

/** Links of a service with the same service of other communes. It goes into a pod: it imports no declaration and no Pulumi. */
export interface ServiceLink {
  /** Kind of service, as declarations and descriptors write it: `documents`. */
  kind: string;
  /** Kind of service, in French. */
  french: string;
  /** Name by which people know the software. */
  title: string;
  /** Purpose for people, in French: a sentence. */
  frenchPurpose: string;
  /** Effect of a link, for the reference of declarations. */
  meaning: string;
  /** Noun for what a peer without this service lacks. */
  noun: string;
  /** Figure that it counts in public, in its nodeinfo; undefined if it counts nothing. */
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
