import type { Output, Resource } from "@pulumi/pulumi";
import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { ChildOptions } from "../../foundation/manifest/register.ts";

/** Where a cache answers, in the protocol of Redis and Valkey, unencrypted. */
export interface CacheConnection {
  host: string;
  port: number;
}

/** A volume for what a service must not lose: queued deliveries, jobs. */
export interface CacheVolume {
  sizeGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** What a service asks of its cache. */
export interface CacheClient {
  commune: string;
  /** Service that it belongs to, in whose namespace the clients run. */
  service: string;
  /** The pods that connect. */
  workloads: Workloads;
  /** Memory for entries, MiB. */
  memoryMiB: number;
  /**
   * Where entries are kept over restarts. With a volume nothing may ever be evicted: a full cache refuses writes.
   * Without one, what it holds can be lost at any time.
   */
  volume: CacheVolume | undefined;
}

/** One service's cache, as its component uses it. */
export interface ServiceCache {
  connection: CacheConnection;
  password: Output<string>;
  /** Names the password and its version: a change restarts the pods that use it. */
  passwordLabel: string;
  /** What must exist before the service can connect, the network policies of its pods among it. */
  ready: readonly Resource[];
}

/** Where services get their caches from: a Valkey server of ours for each, or what somebody else runs. */
export interface Caches {
  /**
   * @param name name of whatever is registered, and start of the names of what is below it.
   * @param options parent, and the service's namespace to wait for.
   */
  cacheOf(name: string, client: CacheClient, options: ChildOptions): ServiceCache;
}
