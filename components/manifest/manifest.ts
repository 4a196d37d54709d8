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

export interface Namespace extends Of<"v1", "Namespace"> {}
export interface ConfigMap extends Of<"v1", "ConfigMap"> {
  data: Record<string, string>;
  /** Base64. */
  binaryData?: Record<string, string>;
}
/** The only kind whose values may be unknown until the engine runs. */
export interface Secret extends Of<"v1", "Secret"> {
  type: "Opaque";
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
  spec: types.input.apps.v1.DeploymentSpec;
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
export interface NetworkPolicy extends Of<"networking.k8s.io/v1", "NetworkPolicy"> {
  spec: types.input.networking.v1.NetworkPolicySpec;
}

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
  | NetworkPolicy;
