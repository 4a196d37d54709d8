import type { Place } from "./place.ts";

/** Place from which the attempts are made. */
export interface Within {
  place: Place;
  /** Namespace of the association. */
  namespace: string;
  /** Public name of the application, and the tenants' domain that it is below. */
  host: string;
  domain: string;
  release: string;
  /** Containers of its pod; the one of the application is the first. */
  containers: readonly string[];
  /**
   * The first password, which the application has only while it is installed; undefined if it needs it while it runs.
   */
  firstPassword: string | undefined;
  /** Another association, and a database server that is not for this application, if there is one. */
  other: { namespace: string; release: string; host: string; database: string | undefined };
  /** A namespace of no association, made for the attempts and removed: its pods are there to be reached. */
  open: string;
}
