import type { types } from "@pulumi/kubernetes";
import { labelsOf, namespaceOf, selectorOf, type Workload, type Workloads } from "../manifest/labels.ts";
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

/** What a policy for some workloads of a service is called and labelled, and how it selects their pods. */
function described(workloads: Workloads) {
  const [workload, ...others] = workloads;
  if (others.length === 0) {
    return {
      name: `${workload.service}-${workload.component}`,
      labels: labelsOf(workload),
      podSelector: { matchLabels: selectorOf(workload) },
    };
  }
  const components = workloads.map(({ component }) => component);
  const key = "app.kubernetes.io/component";
  const { [key]: _, ...matchLabels } = selectorOf(workload);
  return {
    name: workload.service,
    labels: labelsOf({ ...workload, component: components.join(".") }),
    podSelector: { matchLabels, matchExpressions: [{ key, operator: "In", values: components }] },
  };
}

/** The pods of some workloads, seen from any namespace. */
function peer(workloads: Workloads) {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespaceOf(workloads[0]) } },
    podSelector: described(workloads).podSelector,
  };
}

/** A policy by which `from` may open the connections of `egress`; `target` ends its name. */
function egressPolicy(
  from: Workloads,
  target: string,
  egress: types.input.networking.v1.NetworkPolicyEgressRule[],
): NetworkPolicy {
  const { name, labels, podSelector } = described(from);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `${name}-to-${target}`, namespace: namespaceOf(from[0]), labels },
    spec: { podSelector, policyTypes: ["Egress"], egress },
  };
}

/** Client's half of an opening: `from` may open connections to `to` on a TCP port. */
export function allowTo(from: Workloads, to: Workload, port: number): NetworkPolicy {
  return egressPolicy(from, `${to.service}-${to.component}`, [
    { to: [peer([to])], ports: [{ protocol: "TCP", port }] },
  ]);
}

/** Server's half of an opening: `to` accepts connections of `from` on a TCP port. */
export function allowFrom(from: Workloads, to: Workload, port: number): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${to.service}-${to.component}-from-${described(from).name}`,
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

/** `to` accepts connections of any pod of a namespace on a TCP port; `from` ends the policy's name. */
function allowFromNamespace(
  { namespace, from }: { namespace: string; from: string },
  to: Workload,
  port: number,
): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${to.service}-${to.component}-from-${from}`,
      namespace: namespaceOf(to),
      labels: labelsOf(to),
    },
    spec: {
      podSelector: { matchLabels: selectorOf(to) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
          ports: [{ protocol: "TCP", port }],
        },
      ],
    },
  };
}

/** `to` accepts connections of the ingress controller, which runs in `namespace`, on a TCP port. */
export function allowFromIngressController(namespace: string, to: Workload, port: number): NetworkPolicy {
  return allowFromNamespace({ namespace, from: "ingress" }, to, port);
}

/** `to` accepts connections of whoever collects metrics, which runs in `namespace`, on a TCP port. */
export function allowFromMonitoring(namespace: string, to: Workload, port: number): NetworkPolicy {
  return allowFromNamespace({ namespace, from: "monitoring" }, to, port);
}

/** Ranges that are nobody's public address. Source: IANA special-purpose address registries (RFC 6890). */
const privateRanges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
];

/** The addresses of the Internet, without any that is somebody's inside. */
const internet = [
  { ipBlock: { cidr: "0.0.0.0/0", except: privateRanges } },
  { ipBlock: { cidr: "2000::/3" } },
];

/** Where other communes are found from a site. */
export interface PeerPlaces {
  /** Private address ranges (CIDR) in which public names of peers are found. */
  privatePeers: readonly string[];
  /** Certificate authority of peers, PEM, beside the system's. */
  authority: string | undefined;
  /** Namespace of the ingress controller: peers on the same cluster are reached through it. */
  ingressNamespace: string;
}

/**
 * `from` may open HTTPS connections to the Internet: what federation needs. Private addresses stay closed, so
 * that a forged address in a post cannot reach the inside, except where peers are declared to be.
 */
export function allowToPeers(
  from: Workloads,
  { privatePeers, ingressNamespace }: Pick<PeerPlaces, "privatePeers" | "ingressNamespace">,
): NetworkPolicy {
  return egressPolicy(from, "peers", [
    {
      to: [...internet, ...privatePeers.map((cidr) => ({ ipBlock: { cidr } }))],
      ports: [{ protocol: "TCP", port: 443 }],
    },
    // A policy sees the controller's pod, on whatever port it listens, not the address that was asked for.
    ...(privatePeers.length > 0
      ? [
          {
            to: [
              {
                namespaceSelector: {
                  matchLabels: { "kubernetes.io/metadata.name": ingressNamespace },
                },
              },
            ],
          },
        ]
      : []),
  ]);
}

/**
 * `from` may open HTTPS connections to the Internet, for one purpose. Private addresses stay closed: the API server,
 * other services' pods and the town hall's machines are no part of it.
 *
 * @param purpose end of the policy's name: `apps`.
 */
export function allowToInternet(from: Workloads, purpose: string): NetworkPolicy {
  return egressPolicy(from, purpose, [{ to: internet, ports: [{ protocol: "TCP", port: 443 }] }]);
}

/**
 * `from` may open connections to one declared outside server (a mail relay, a database, an S3 store), on its
 * port only. Its address is not known here: network policies know no names.
 *
 * @param purpose end of the policy's name: `mail`, `media`.
 */
export function allowToOutside(from: Workloads, purpose: string, port: number): NetworkPolicy {
  return egressPolicy(from, purpose, [
    {
      to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
      ports: [{ protocol: "TCP", port }],
    },
  ]);
}
