import type { Resource } from "@pulumi/pulumi";
import type { Workload } from "../manifest/labels.ts";
import type { ChildOptions } from "../manifest/register.ts";

/** What a service asks: that its pods be reached under a public name, over TLS. */
export interface PublicName {
  /** The pods, in whose namespace everything is made that leads to them. */
  workload: Workload;
  /** Public host name; it belongs to the commune's domain. */
  host: string;
  /** Port on which the pods answer plain HTTP. */
  port: number;
  /** The only paths that are public, where not all of them are. */
  paths?: readonly string[];
}

/** One service's public name, as its component uses it. */
export interface ServiceExposure {
  /** Public address, without a final slash. */
  url: string;
  /** What must exist before requests arrive, the network opening to the pods among it. */
  ready: readonly Resource[];
}

/**
 * The way in from the Internet: ours is the site's ingress controller. Uploads, WebSockets, timeouts, headers and
 * robots are not its business but the front's, in the pod; it must pass the host name on, and limit less than the
 * front does (docs/exposure.md).
 */
export interface Entrance {
  /** Namespace that requests come from, for what a service opens beside HTTP. */
  namespace: string;
  /**
   * @param name name of whatever is registered, and start of the names of what is below it.
   * @param options parent, and the service's namespace to wait for.
   */
  expose(name: string, asked: PublicName, options: ChildOptions): ServiceExposure;
}
