import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { pointsWorkload } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";

/** A policy, with the component of the pods that it has to be for. */
export interface PolicyName {
  namespace: string;
  name: string;
  component: string;
}

/** Returns the policy by which the pods of a service's restores reach the vaults; no other pod has their labels. */
export function wayToVaults(points: PointsPlan): PolicyName {
  const { service, component } = pointsWorkload(points);
  return { namespace: namespaceOf(points.beside), name: `${service}-${component}-to-peers`, component };
}
