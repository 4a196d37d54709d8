import type { Output, Resource } from "@pulumi/pulumi";
import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { ChildOptions } from "../../foundation/manifest/register.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";

/** Address of a cache, in the protocol of Redis and Valkey, unencrypted. */
export interface CacheConnection {
  host: string;
  port: number;
  /** Whether another server takes its place when its node is lost; absent if not. */
  isSpread?: true;
}

/** A volume for what a service must not lose: queued deliveries, jobs. */
export interface CacheVolume {
  sizeGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Requirements of a service for its cache. */
export interface CacheClient {
  commune: string;
  /** Service that it belongs to, in whose namespace the clients run. */
  service: string;
  /** The pods that connect. */
  workloads: Workloads;
  /** Memory for entries, MiB. */
  memoryMiB: number;
  /**
   * Volume on which entries survive restarts. With one, nothing may ever be evicted: a full cache refuses writes.
   * Without one, the entries can be lost at any time.
   */
  volume: CacheVolume | undefined;
}

/** One service's cache, as its component uses it. */
export interface ServiceCache {
  connection: CacheConnection;
  password: Output<string>;
  /** Names the password and its version: a change restarts the pods that use it. */
  passwordLabel: string;
  /** Resources that must exist before the service can connect, the network policies of its pods among them. */
  ready: readonly Resource[];
}

/** Source of services' caches: a Valkey server of ours for each, or a server that somebody else runs. */
export interface Caches {
  /** Returns the resources that a cache takes in its service's namespace, beyond those of one server. */
  beyondOne(client: Pick<CacheClient, "service" | "memoryMiB" | "volume">): Quota;
  /**
   * @param name name of whatever is registered, and start of the names of what is below it.
   * @param options parent, and the service's namespace to wait for.
   */
  cacheOf(name: string, client: CacheClient, options: ChildOptions): ServiceCache;
}
