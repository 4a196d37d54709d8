import type { LinkDriver } from "../../components/services/link.ts";

/** One of the commune's services, with how links of it are made, looked at and undone. */
export interface Service extends LinkDriver {
  readonly kind: string;
  /** What a peer that does not have it has none of. */
  readonly noun: string;
}
