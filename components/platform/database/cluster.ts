import type { Input } from "@pulumi/pulumi";
import { postgisImage, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy, Cluster, NetworkPolicy, Secret } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { type ApiServer, allowToApiServer } from "../../foundation/network-policy/manifests.ts";
import { clusterName, type DatabaseSpec, databasePort, serverUid, serverWorkload } from "./manifests.ts";
import { copyingRole, keptForCopies } from "./replication.ts";
import { databaseResources, instanceCount, postgresqlSettings } from "./sizing.ts";

/** Port on which the operator and the other servers ask a server how it is. Source: pkg/management/url/url.go */
const statusPort = 8000;

/** Port of a server's metrics, in the text format of Prometheus. Source: pkg/management/url/url.go */
export const clusterMetricsPort = 9187;

/** Label of every pod of a cluster, also of the Jobs that make its servers. Source: pkg/utils/labels_annotations.go */
const ofCluster = { "cnpg.io/cluster": clusterName };

/** The operator, as a site has it. */
export interface Operator {
  /** Namespace in which it runs. */
  namespace: string;
  apiServer: ApiServer;
}

/** Returns the superuser's Secret as the operator reads it, again when it changes; the Jobs of roles read it too. */
export function clusterSecret(spec: DatabaseSpec, password: Input<string>): Secret {
  const { labels, ...metadata } = metadataOf(serverWorkload(spec), "database-superuser");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, labels: { ...labels, "cnpg.io/reload": "true" } },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "postgres", password },
  };
}

/**
 * Returns the three servers that CloudNativePG's operator keeps: what one acknowledges, another one has written down, and
 * no server that could lack it takes its place. Each runs on a node of its own, or waits.
 * Source: https://cloudnative-pg.io/documentation/1.30/cloudnative-pg.v1/
 */
export function databaseCluster(spec: DatabaseSpec): Cluster {
  const workload = serverWorkload(spec);
  const labels = labelsOf(workload);
  const { major, isSpatial, memoryMiB, storageGiB, storageClass, isCopied } = spec;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: metadataOf(workload, clusterName),
    spec: {
      instances: instanceCount,
      imageName: isSpatial ? postgisImage(major) : postgresqlImage(major),
      postgresUID: serverUid,
      postgresGID: serverUid,
      // What selects a server's pods, and what reports read of all that the operator makes. Who made it, it says itself.
      inheritedMetadata: { labels: { ...selectorOf(workload), ...ours(labels) } },
      enableSuperuserAccess: true,
      superuserSecret: { name: "database-superuser" },
      bootstrap: {
        initdb: {
          // The operator makes one, and nobody uses it.
          ...{ database: "app", owner: "app" },
          ...{ encoding: "UTF8", localeCollate: "C.UTF-8", localeCType: "C.UTF-8", dataChecksums: true },
        },
      },
      postgresql: {
        parameters: { ...postgresqlSettings(memoryMiB), ...(isCopied && keptForCopies(storageGiB, major)) },
        pg_hba: isCopied ? [`host replication ${copyingRole} all scram-sha-256`] : [],
        synchronous: { method: "any", number: 1, dataDurability: "required", failoverQuorum: true },
      },
      affinity: { podAntiAffinityType: "required", topologyKey: "kubernetes.io/hostname" },
      resources: resourceRequirements(databaseResources(memoryMiB)),
      storage: { size: `${storageGiB}Gi`, ...(storageClass !== undefined && { storageClass }) },
      // Clients keep their connections: who waits three minutes for them to end, as by default, drains a node for three minutes.
      smartShutdownTimeout: 5,
      // A checkpoint of a busy server can take a while; being killed in it means recovery.
      stopDelay: 120,
      switchoverDelay: 120,
    },
  };
}

const ours = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => name.startsWith("commune.cloud/")));

/**
 * Returns the policies that a cluster needs besides those of its clients: among its servers and the Jobs that make them,
 * from the operator, and to the API, where each server reads what it is to be.
 * Source: cloudnative-pg.io/documentation/1.30/networking
 */
export function clusterNetworkPolicies(spec: DatabaseSpec, operator: Operator): AnyNetworkPolicy[] {
  const workload = serverWorkload(spec);
  const podSelector = { matchLabels: ofCluster };
  const ports = [databasePort, statusPort].map((port) => ({ protocol: "TCP", port }));
  const among: NetworkPolicy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadataOf(workload, `${spec.server}-servers`),
    spec: {
      podSelector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector }, operatorPods(operator)], ports }],
      egress: [{ to: [{ podSelector }], ports }],
    },
  };
  const toApi = allowToApiServer([workload], operator.apiServer);
  return [
    among,
    toApi.kind === "NetworkPolicy"
      ? { ...toApi, spec: { ...toApi.spec, podSelector } }
      : { ...toApi, spec: { ...toApi.spec, endpointSelector: podSelector } },
  ];
}

const operatorPods = ({ namespace }: Operator) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": "cloudnative-pg" } },
});
