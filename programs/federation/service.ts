import type { LinkDriver } from "../../components/services/link.ts";

/** One of the commune's services, with how links of it are made, looked at and undone. */
export interface Service extends LinkDriver {
  readonly kind: string;
  /** Noun for the message that a peer has none of it. */
  readonly noun: string;
}
