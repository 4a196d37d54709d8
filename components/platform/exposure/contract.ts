import type { Resource } from "@pulumi/pulumi";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { ChildOptions } from "../../foundation/manifest/register.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { RequestSource } from "../../foundation/network-policy/ingress.ts";

/** Request of a service: that its pods be reached under a public name, over TLS. */
export interface PublicName {
  /** The pods, in whose namespace everything is made that leads to them. */
  workload: Workload;
  /** Public host name; it belongs to the commune's domain. */
  host: string;
  /** Port on which the pods answer plain HTTP. */
  port: number;
  /** The only paths that are public, where not all of them are. */
  paths?: readonly string[];
  /** Whether every other path is led there too, for it to say that nothing is at it. */
  answersUnknown?: boolean | undefined;
  /** Name of the objects that lead to it: its service's when absent, which has one public name then. */
  name?: string | undefined;
}

/** One service's public name, as its component uses it. */
export interface ServiceExposure {
  /** Public address, without a final slash. */
  url: string;
  /** Resources that must exist before requests arrive, the network policy to the pods among them. */
  ready: readonly Resource[];
}

/**
 * Entry of requests from the Internet: here, the site's ingress controller. The sidecar proxy in each pod handles
 * uploads, WebSockets, timeouts, headers and robots. The controller only has to pass the host name on, and to limit
 * less than the sidecar proxy does (docs/exposure.md).
 */
export interface IngressProvider {
  /** Pods that it runs itself, now and then, in the namespace of each service with a public name. */
  guests?: Guests | undefined;
  /** Sender of requests, as network policies name it, for what a service opens beside HTTP. */
  source: RequestSource;
  /**
   * @param name name of whatever is registered, and start of the names of what is below it.
   * @param options parent, and the service's namespace to wait for.
   */
  expose(name: string, asked: PublicName, options: ChildOptions): ServiceExposure;
}
