import type { Effect } from "../../components/commune/changes/effect.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { type Plan, type Planned, typeOfUrn } from "./plan.ts";

/**
 * Types of objects that can be deleted and made again from the declaration without a loss. Every other type is
 * deleted for good.
 */
const remade = new Set([
  ...["apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job", "batch/v1:CronJob"],
  ...["core/v1:ConfigMap", "core/v1:Secret", "core/v1:Service", "core/v1:ServiceAccount"],
  ...["core/v1:LimitRange", "core/v1:ResourceQuota", "policy/v1:PodDisruptionBudget"],
  ...["networking.k8s.io/v1:Ingress", "networking.k8s.io/v1:NetworkPolicy"],
  ...["rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1:RoleBinding"],
  "cilium.io/v2:CiliumNetworkPolicy",
  ...["PodMonitor", "Probe", "PrometheusRule"].map((kind) => `monitoring.coreos.com/v1:${kind}`),
]);

/** Whether an object can be made again from what is declared, with nothing lost. */
export function isRemade({ apiVersion, kind }: KubernetesObject): boolean {
  return remade.has(`${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`);
}

/** Effect of an update by what it deletes, whatever was declared. */
export function worst({ resources }: Plan): Effect {
  return resources.some(isForGood) ? "irreversible" : "reversible";
}

/** Whether an update takes away what cannot be made again with nothing lost. */
export function isForGood({ urn, operation, isRetained }: Planned): boolean {
  if (operation !== "delete" && operation !== "replace") return false;
  const type = typeOfUrn(urn);
  // Groups of others, the engine's own, and what is only read.
  const isNothing =
    /^(commune:index:|pulumi:)/.test(type) || /-(which-cluster|needs-cloudnative-pg)$/.test(urn);
  return !isNothing && isRetained !== true && !remade.has(type.replace(/^kubernetes:/, ""));
}
