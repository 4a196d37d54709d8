import { labelsOf, namespaceOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type { AnyNetworkPolicy, Metadata } from "../manifest/manifest.ts";

/** Pods of an ingress controller, as policies name them. */
export interface IngressPods {
  by: "pods";
  /** Labels of its namespace. */
  namespace: Readonly<Record<string, string>>;
  /** Labels of its pods; all pods of its namespace when there are none. */
  labels: Readonly<Record<string, string>>;
  /** Address ranges (CIDR) of the nodes whose network its pods use, where they have none of their own. */
  nodes: readonly string[];
  /** Port on which its pods answer HTTPS. */
  port: number;
}

/** Sender of visitors' requests to pods. Cilium's own ingress controller is no pod, and only its own policies name it. */
export type RequestSource = IngressPods | { by: "cilium" };

/** An ingress controller's pods, seen from any namespace. */
export function podsOf({ namespace, labels }: IngressPods) {
  const isNarrow = Object.keys(labels).length > 0;
  return {
    namespaceSelector: { matchLabels: { ...namespace } },
    ...(isNarrow ? { podSelector: { matchLabels: { ...labels } } } : {}),
  };
}

/** Pods with these labels accept connections of whoever passes visitors' requests on, on a TCP port. */
export function openToRequests(
  source: RequestSource,
  { metadata, labels, port }: { metadata: Metadata; labels: Record<string, string>; port: number },
): AnyNetworkPolicy {
  if (source.by === "cilium") {
    return {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata,
      spec: {
        endpointSelector: { matchLabels: labels },
        ingress: [
          { fromEntities: ["ingress"], toPorts: [{ ports: [{ port: String(port), protocol: "TCP" }] }] },
        ],
      },
    };
  }
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [podsOf(source), ...source.nodes.map((cidr) => ({ ipBlock: { cidr } }))],
          ports: [{ protocol: "TCP", port }],
        },
      ],
    },
  };
}

/** `to` accepts connections of the ingress controller on a TCP port. */
export function allowFromIngressController(
  source: RequestSource,
  to: Workload,
  port: number,
): AnyNetworkPolicy {
  const metadata = {
    name: `${to.service}-${to.component}-from-ingress`,
    namespace: namespaceOf(to),
    labels: labelsOf(to),
  };
  return openToRequests(source, { metadata, labels: selectorOf(to), port });
}
