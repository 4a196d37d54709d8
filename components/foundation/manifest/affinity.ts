import type { types } from "@pulumi/kubernetes";
import { selectorOf, type Workload } from "./labels.ts";

function beside(workload: Workload): types.input.core.v1.PodAffinityTerm {
  return {
    labelSelector: { matchLabels: selectorOf(workload) },
    topologyKey: "kubernetes.io/hostname",
  };
}

/** On the node of a workload's pods: one node only can mount the volume that both use. */
export function onNodeOf(workload: Workload): types.input.core.v1.Affinity {
  return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside(workload)] } };
}

/** Returns an affinity to the node of a workload's pods if it runs already, and to any node otherwise. */
export function nearNodeOf(workload: Workload): types.input.core.v1.Affinity {
  return {
    podAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: beside(workload) }],
    },
  };
}
