import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import { NamespacedComponent } from "../foundation/component/index.ts";
import type { Workload, Workloads } from "../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy } from "../foundation/manifest/manifest.ts";
import type { Quota } from "../foundation/namespace/manifests.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import type { ServiceCache } from "../platform/cache/contract.ts";
import type { DatabaseClient, ServiceDatabase } from "../platform/database/contract.ts";
import type { ServiceExposure } from "../platform/exposure/contract.ts";
import { proxyPort } from "../platform/exposure/sidecar-proxy.ts";
import { givingUpLostServers, lostServerConfigMap } from "../platform/lost-server/pods.ts";
import { connectedPods } from "./connected.ts";
import type { ServiceResources } from "./service.ts";

/** Everything that a service consists of beside its own objects. */
export interface ServiceParts {
  holders: DataHolders;
  /** Role and database that it asks of its database server. */
  client: DatabaseClient;
  /** Memory of its cache, MiB, and the pods that connect to it: those that connect to its database when absent. */
  cache: { memoryMiB: number; workloads?: Workloads };
  /** Connections that it may open and accept besides its database, its cache and the ingress controller. */
  networkPolicies: readonly AnyNetworkPolicy[];
}

const together = (quota: Quota, more: Quota): Quota => ({
  ...quota,
  memoryMiB: quota.memoryMiB + more.memoryMiB,
  storageGiB: quota.storageGiB + more.storageGiB,
  pods: quota.pods + more.pods,
});

/** The component of a service with its namespace, volumes, database, cache and network policies. */
export class ServiceComponentBase extends NamespacedComponent {
  protected readonly database: ServiceDatabase;
  protected readonly cache: ServiceCache;
  protected readonly networkPolicies: readonly Resource[];
  /** Files by which its pods give up connections to a server that was lost with its node; none on one node. */
  private readonly lostServer: readonly Resource[];
  private readonly ingress: ServiceResources["ingress"];

  constructor(
    private readonly name: string,
    { seed, dataHolder, pullSecret, dns, guests, ingress, caches, ...servers }: ServiceResources,
    { holders, client, cache, networkPolicies }: ServiceParts,
    options: ComponentResourceOptions,
  ) {
    const { commune, service, quota } = holders.namespace;
    const asked = { service, ...cache, volume: holders.queue };
    const namespace = { ...holders.namespace, quota: together(quota, caches.beyondOne(asked)) };
    const database = servers.database.databaseOf(service);
    const connected = connectedPods(service, client, database, servers.availabilities);
    super(
      name,
      { holders: { ...holders, namespace }, seed, dataHolder, pullSecret, dns, guests },
      givingUpLostServers(options, connected),
    );
    this.ingress = ingress;
    this.database = database;
    this.lostServer = connected === undefined ? [] : [this.add(lostServerConfigMap(connected))];
    this.cache = caches.cacheOf(
      `${name}-cache`,
      { commune, workloads: client.workloads, ...asked },
      this.inNamespace,
    );
    this.networkPolicies = [this.database.networkPolicyFrom(client.workloads), ...networkPolicies].map(
      (policy) => this.add(policy),
    );
  }

  /** Resources that must exist before a pod that uses the database and the cache. */
  protected get prerequisites(): readonly Resource[] {
    return [
      ...[this.namespace, ...this.lostServer],
      ...[...this.cache.ready, ...this.networkPolicies, ...this.database.ready],
    ];
  }

  /** Its public name, which leads to the sidecar proxy of a workload. */
  protected createIngress(workload: Workload, host: string): ServiceExposure {
    return this.ingress.expose(this.name, { workload, host, port: proxyPort }, this.inNamespace);
  }
}
