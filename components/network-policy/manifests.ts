import { labelsOf, namespaceOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type { NetworkPolicy } from "../manifest/manifest.ts";

/** Labels of an object that belongs to a whole namespace rather than to one of its workloads. */
function namespaceLabels(commune: string, service: string): Record<string, string> {
  return labelsOf({ commune, service, component: "namespace", software: "kubernetes", data: "none" });
}

/** Nothing enters or leaves a namespace unless a named opening says so. */
export function defaultDeny(commune: string, service: string): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${service}-default-deny`,
      namespace: namespaceOf({ commune, service }),
      labels: namespaceLabels(commune, service),
    },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}

/** Every pod may ask the cluster's DNS, and nothing else, for names. */
export function allowDns(commune: string, service: string): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${service}-to-dns`,
      namespace: namespaceOf({ commune, service }),
      labels: namespaceLabels(commune, service),
    },
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    },
  };
}

/** The pods of one workload, seen from any namespace. */
function peer(workload: Workload) {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespaceOf(workload) } },
    podSelector: { matchLabels: selectorOf(workload) },
  };
}

/** Client's half of an opening: `from` may open connections to `to` on a TCP port. */
export function allowTo(from: Workload, to: Workload, port: number): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${from.service}-${from.component}-to-${to.service}-${to.component}`,
      namespace: namespaceOf(from),
      labels: labelsOf(from),
    },
    spec: {
      podSelector: { matchLabels: selectorOf(from) },
      policyTypes: ["Egress"],
      egress: [{ to: [peer(to)], ports: [{ protocol: "TCP", port }] }],
    },
  };
}

/** Server's half of an opening: `to` accepts connections of `from` on a TCP port. */
export function allowFrom(from: Workload, to: Workload, port: number): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${to.service}-${to.component}-from-${from.service}-${from.component}`,
      namespace: namespaceOf(to),
      labels: labelsOf(to),
    },
    spec: {
      podSelector: { matchLabels: selectorOf(to) },
      policyTypes: ["Ingress"],
      ingress: [{ from: [peer(from)], ports: [{ protocol: "TCP", port }] }],
    },
  };
}

/** `to` accepts connections of the ingress controller, which runs in `ingressNamespace`, on a TCP port. */
export function allowFromIngressController(
  ingressNamespace: string,
  to: Workload,
  port: number,
): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${to.service}-${to.component}-from-ingress`,
      namespace: namespaceOf(to),
      labels: labelsOf(to),
    },
    spec: {
      podSelector: { matchLabels: selectorOf(to) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": ingressNamespace } } }],
          ports: [{ protocol: "TCP", port }],
        },
      ],
    },
  };
}
