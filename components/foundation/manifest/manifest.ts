import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";

/** Name, place and labels of an object: always plain, so that tests, policies and reports can read them. */
export interface Metadata {
  name: string;
  namespace?: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Of<ApiVersion extends string, Kind extends string> {
  apiVersion: ApiVersion;
  kind: Kind;
  metadata: Metadata;
}

/** Its mark of the commune's seed may be unknown until the engine runs. */
export interface Namespace extends Omit<Of<"v1", "Namespace">, "metadata"> {
  metadata: Omit<Metadata, "annotations"> & { annotations?: Record<string, Input<string>> };
}
export interface ConfigMap extends Of<"v1", "ConfigMap"> {
  data: Record<string, string>;
  /** Base64. */
  binaryData?: Record<string, string>;
}
/** The only kind whose values may be unknown until the engine runs. */
export interface Secret extends Of<"v1", "Secret"> {
  type: "Opaque" | "kubernetes.io/basic-auth" | "kubernetes.io/tls" | "kubernetes.io/dockerconfigjson";
  stringData: Record<string, Input<string>>;
}
export interface Service extends Of<"v1", "Service"> {
  spec: types.input.core.v1.ServiceSpec;
}
export interface PersistentVolumeClaim extends Of<"v1", "PersistentVolumeClaim"> {
  spec: types.input.core.v1.PersistentVolumeClaimSpec;
}
export interface LimitRange extends Of<"v1", "LimitRange"> {
  spec: types.input.core.v1.LimitRangeSpec;
}
export interface ResourceQuota extends Of<"v1", "ResourceQuota"> {
  spec: types.input.core.v1.ResourceQuotaSpec;
}
export interface Deployment extends Of<"apps/v1", "Deployment"> {
  /** The number of pods is a plain number, because what a run waits for follows from it (register.ts). */
  spec: types.input.apps.v1.DeploymentSpec & { replicas: number };
}
export interface StatefulSet extends Of<"apps/v1", "StatefulSet"> {
  spec: types.input.apps.v1.StatefulSetSpec;
}
export interface Job extends Of<"batch/v1", "Job"> {
  spec: types.input.batch.v1.JobSpec;
}
export interface CronJob extends Of<"batch/v1", "CronJob"> {
  spec: types.input.batch.v1.CronJobSpec;
}
export interface Ingress extends Of<"networking.k8s.io/v1", "Ingress"> {
  spec: types.input.networking.v1.IngressSpec;
}
export interface ServiceAccount extends Of<"v1", "ServiceAccount"> {
  automountServiceAccountToken: false;
}
export interface Role extends Of<"rbac.authorization.k8s.io/v1", "Role"> {
  rules: types.input.rbac.v1.PolicyRule[];
}
export interface RoleBinding extends Of<"rbac.authorization.k8s.io/v1", "RoleBinding"> {
  roleRef: types.input.rbac.v1.RoleRef;
  subjects: types.input.rbac.v1.Subject[];
}
export interface PodDisruptionBudget extends Of<"policy/v1", "PodDisruptionBudget"> {
  spec: types.input.policy.v1.PodDisruptionBudgetSpec;
}
export interface NetworkPolicy extends Of<"networking.k8s.io/v1", "NetworkPolicy"> {
  spec: types.input.networking.v1.NetworkPolicySpec;
}

/** Ports that a rule of Cilium opens, beside the entities that it names. */
interface CiliumRule {
  toPorts: { ports: { port: string; protocol: "TCP" }[] }[];
}
/**
 * A policy in Cilium's own words, for the two things that a NetworkPolicy cannot name there: requests that Cilium's own
 * ingress controller passes on, and an API server that runs on nodes of the cluster.
 * Source: https://docs.cilium.io/en/stable/security/policy/language/#entities-based
 */
export interface CiliumNetworkPolicy extends Of<"cilium.io/v2", "CiliumNetworkPolicy"> {
  spec: {
    endpointSelector: types.input.meta.v1.LabelSelector;
    ingress?: (CiliumRule & { fromEntities: "ingress"[] })[];
    egress?: (CiliumRule & { toEntities: "kube-apiserver"[] })[];
  };
}

/** A label that a Prometheus gives a target, in the operator's words. */
interface Relabeling {
  targetLabel: string;
  replacement: string;
}
/**
 * Objects of the prometheus-operator, by which a Prometheus of the cluster learns its targets and its alerts.
 * Source: https://prometheus-operator.dev/docs/api-reference/api/
 */
export interface PodMonitor extends Of<"monitoring.coreos.com/v1", "PodMonitor"> {
  spec: {
    namespaceSelector: { matchNames: string[] };
    selector: types.input.meta.v1.LabelSelector;
    podMetricsEndpoints: { portNumber: number; path: string; interval: string; relabelings: Relabeling[] }[];
  };
}
export interface Probe extends Of<"monitoring.coreos.com/v1", "Probe"> {
  spec: {
    jobName: string;
    interval: string;
    module: string;
    prober: { url: string };
    targets: { staticConfig: { static: string[]; labels: Record<string, string> } };
  };
}
export interface PrometheusRule extends Of<"monitoring.coreos.com/v1", "PrometheusRule"> {
  spec: { groups: { name: string; rules: object[] }[] };
}

/**
 * Several PostgreSQL servers with the same rows, as CloudNativePG's operator keeps them. The fields are those that are
 * used here. Source: cloudnative-pg/cloudnative-pg, config/crd/bases/postgresql.cnpg.io_clusters.yaml
 */
export interface Cluster extends Of<"postgresql.cnpg.io/v1", "Cluster"> {
  spec: {
    instances: number;
    imageName: string;
    imagePullSecrets?: { name: string }[];
    postgresUID: number;
    postgresGID: number;
    inheritedMetadata: { labels: Record<string, string> };
    enableSuperuserAccess: boolean;
    superuserSecret: { name: string };
    bootstrap: {
      initdb: {
        database: string;
        owner: string;
        encoding: string;
        localeCollate: string;
        localeCType: string;
        dataChecksums: boolean;
      };
    };
    postgresql: {
      parameters: Record<string, string>;
      pg_hba: string[];
      synchronous: {
        method: "any";
        number: number;
        dataDurability: "required";
        failoverQuorum: boolean;
      };
    };
    affinity: {
      podAntiAffinityType: "required";
      topologyKey: string;
      nodeSelector?: Record<string, string>;
      tolerations?: types.input.core.v1.Toleration[];
    };
    priorityClassName?: string;
    resources: types.input.core.v1.ResourceRequirements;
    storage: { size: string; storageClass?: string };
    stopDelay: number;
    smartShutdownTimeout: number;
    switchoverDelay: number;
  };
}

/** A policy that opens the network to or from some pods. */
export type AnyNetworkPolicy = NetworkPolicy | CiliumNetworkPolicy;

/** Every kind of object that the toolkit registers. A new kind is added here and in register.ts. */
export type Manifest =
  | Namespace
  | ConfigMap
  | Secret
  | Service
  | PersistentVolumeClaim
  | LimitRange
  | ResourceQuota
  | Deployment
  | StatefulSet
  | Job
  | CronJob
  | Ingress
  | ServiceAccount
  | Role
  | RoleBinding
  | PodDisruptionBudget
  | NetworkPolicy
  | CiliumNetworkPolicy
  | Cluster
  | PodMonitor
  | Probe
  | PrometheusRule;
