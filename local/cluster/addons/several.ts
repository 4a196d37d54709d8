import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import type { deployment } from "./objects.ts";

/** Seconds for which a pod stays bound to a node that does not answer: Kubernetes' default is 300. */
const boundSeconds = 30;

const bound = (key: string) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: boundSeconds,
});

/**
 * Makes two pods of a Deployment, preferably on two nodes, of which a drain takes one at a time; each goes on for 3 s
 * after the cluster was told that it ends. Returns other objects as they are.
 */
export function onTwoNodes(object: KubernetesObject): KubernetesObject[] {
  if (object.kind !== "Deployment") return [object];
  const { metadata, spec } = object as ReturnType<typeof deployment>;
  const pod = spec.template.spec;
  const { matchLabels } = spec.selector;
  const spread = {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
  };
  const several = {
    ...pod,
    containers: pod.containers.map((container) => ({
      ...container,
      lifecycle: { preStop: { sleep: { seconds: 3 } } },
    })),
    terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds + 3,
    topologySpreadConstraints: [spread],
    tolerations: [bound("node.kubernetes.io/not-ready"), bound("node.kubernetes.io/unreachable")],
  };
  const { name, namespace } = metadata;
  return [
    { ...object, spec: { ...spec, replicas: 2, template: { ...spec.template, spec: several } } },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name, namespace },
      spec: { maxUnavailable: 1, selector: { matchLabels } },
    },
  ];
}
