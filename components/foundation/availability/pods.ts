import type { ResourceTransformation } from "@pulumi/pulumi";
import { isObject, type Json, withPods } from "../manifest/pod-template.ts";
import { type Availabilities, type Treatment, treatmentOf } from "./availability.ts";

/** Taints of a node that does not answer, or says that it is unwell. */
const lost = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** Treats every workload of a commune below a component. The number of pods is its builder's to set, from the plan. */
export function treatPods(availabilities: Availabilities): ResourceTransformation {
  return ({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:")) return undefined;
    const treatment = treatmentOf(props, availabilities);
    return treatment && { props: treated(props, treatment), opts };
  };
}

/** Returns a workload with its treatment: what differs from Kubernetes' own defaults, beside what is there. */
export function treated(object: Json, { boundSeconds, isSpread }: Treatment): Json {
  return withPods(object, (pod) => ({
    ...pod,
    ...(boundSeconds !== undefined && {
      tolerations: [
        ...listIn(pod.tolerations),
        ...lost.map((key) => ({
          ...{ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: boundSeconds },
        })),
      ],
    }),
    ...(isSpread && {
      topologySpreadConstraints: [...listIn(pod.topologySpreadConstraints), spread(object)],
    }),
  }));
}

/** Another node for each pod, where there is one: a pod that finds none serves beside the other. */
function spread({ spec }: Json): Json {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: isObject(spec) ? spec.selector : undefined,
  };
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
