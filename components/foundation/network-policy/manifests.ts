import type { types } from "@pulumi/kubernetes";
import {
  labelsOf,
  namespaceOf,
  type Place,
  selectorOf,
  type Workload,
  type Workloads,
} from "../manifest/labels.ts";
import type { AnyNetworkPolicy, CiliumNetworkPolicy, NetworkPolicy } from "../manifest/manifest.ts";
import { podsOf, type RequestSource } from "./ingress.ts";

/** Labels of an object that belongs to a whole namespace rather than to one of its workloads. */
export function namespaceLabels({ commune, service, tenant }: Place): Record<string, string> {
  return labelsOf({ commune, service, tenant, component: "namespace", software: "kubernetes", data: "none" });
}

/** Nothing enters or leaves a namespace unless a named opening says so. */
export function defaultDeny(place: Place): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${place.service}-default-deny`,
      namespace: namespaceOf(place),
      labels: namespaceLabels(place),
    },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}

/** Returns the name, the labels and the pod selector of a policy for some workloads of a service. */
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

/** Lets `from` open the connections of `egress`; `target` ends the name of the policy. */
function egressPolicy(
  from: Workloads,
  target: string,
  rules: types.input.networking.v1.NetworkPolicyEgressRule[],
): NetworkPolicy {
  // To Kubernetes a rule without destinations is one with all of them.
  const egress = rules.filter(({ to }) => !Array.isArray(to) || to.length > 0);
  const { name, labels, podSelector } = described(from);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `${name}-to-${target}`, namespace: namespaceOf(from[0]), labels },
    spec: { podSelector, policyTypes: ["Egress"], egress },
  };
}

/** TCP ports of an opening. */
type Ports = readonly [number, ...number[]];

const onPorts = (ports: Ports) => ports.map((port) => ({ protocol: "TCP", port }));

/** Client's half of an opening: `from` may open connections to `to` on TCP ports. */
export function allowTo(from: Workloads, to: Workload, ...ports: Ports): NetworkPolicy {
  return egressPolicy(from, `${to.service}-${to.component}`, [{ to: [peer([to])], ports: onPorts(ports) }]);
}

/** Server's half of an opening: `to` accepts connections of `from` on TCP ports. */
export function allowFrom(from: Workloads, to: Workload, ...ports: Ports): NetworkPolicy {
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
      ingress: [{ from: [peer(from)], ports: onPorts(ports) }],
    },
  };
}

/** `to` accepts connections of whoever collects metrics, which runs in `namespace`, on a TCP port. */
export function allowFromMonitoring(namespace: string, to: Workload, port: number): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${to.service}-${to.component}-from-monitoring`,
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

/** Places of other communes, and of the servers that a declaration names, as seen from a site. */
export interface PeerPlaces {
  /** Private address ranges (CIDR) in which public names of peers are found. */
  privatePeers: readonly string[];
  /** Private address ranges (CIDR) in which the declared web servers are found: identity, media, office, mirror. */
  privateEndpoints: readonly string[];
  /** Public address ranges (CIDR) that are the cluster's own: of pods, services and nodes. */
  clusterRanges: readonly string[];
  /** That the Internet is no such place: for a copy in a drill. */
  internet?: "closed";
  /** Certificate authority of peers, PEM, beside the system's. */
  authority: string | undefined;
  /** Sender of visitors' requests: peers on the same cluster are reached through it. */
  ingress: RequestSource;
}

type Places<Name extends keyof PeerPlaces> = Pick<PeerPlaces, Name>;

/** All that IANA has given out of IPv6: unique local, link-local and mapped addresses are outside. */
const globalIpv6 = "2000::/3";

/** The API server takes an exception only where it is a part of the range. */
const isGlobalIpv6 = (range: string) => /^[23][\da-f]{3}:/i.test(range);

/** The addresses of the Internet, without any that is somebody's inside. */
function internet({ clusterRanges, internet: is }: Places<"clusterRanges" | "internet">) {
  if (is === "closed") return [];
  const own = clusterRanges.filter((range) => !range.includes(":") && !privateRanges.includes(range));
  const own6 = clusterRanges.filter(isGlobalIpv6);
  return [
    { ipBlock: { cidr: "0.0.0.0/0", except: [...privateRanges, ...own] } },
    { ipBlock: { cidr: globalIpv6, ...(own6.length > 0 ? { except: own6 } : {}) } },
  ];
}

/**
 * The way to servers in private ranges that may be behind the ingress controller of the same cluster: a policy sees the
 * controller's pod and the port on which it listens, not the address and the port that were asked for. Cilium's own
 * controller takes these connections over before policies are looked at (its ingress is an Envoy redirect on the way out: commit 04f19e98 of cilium/cilium).
 */
function throughIngress(ranges: readonly string[], { ingress }: Places<"ingress">) {
  return ranges.length === 0 ? [] : toIngress({ ingress });
}

function toIngress({ ingress }: Places<"ingress">) {
  if (ingress.by === "cilium") return [];
  return [{ to: [podsOf(ingress)], ports: [{ protocol: "TCP", port: ingress.port }] }];
}

const blocksOf = (ranges: readonly string[]) => ranges.map((cidr) => ({ ipBlock: { cidr } }));

/**
 * `from` may open HTTPS connections to the Internet: what federation needs. Private addresses stay closed, so
 * that a forged address in a post cannot reach the inside, except where peers are declared to be.
 */
export function allowToPeers(
  from: Workloads,
  places: Places<"privatePeers" | "clusterRanges" | "internet" | "ingress">,
): NetworkPolicy {
  const { privatePeers } = places;
  return egressPolicy(from, "peers", [
    {
      to: [...internet(places), ...blocksOf(privatePeers)],
      ports: [{ protocol: "TCP", port: 443 }],
    },
    ...throughIngress(privatePeers, places),
  ]);
}

/**
 * `from` may open HTTPS connections to the Internet, for one purpose. Private addresses stay closed: the API server,
 * other services' pods and the town hall's machines are no part of it.
 *
 * @param purpose end of the policy's name: `apps`.
 */
export function allowToInternet(
  from: Workloads,
  purpose: string,
  places: Places<"clusterRanges" | "internet">,
): NetworkPolicy {
  return egressPolicy(from, purpose, [{ to: internet(places), ports: [{ protocol: "TCP", port: 443 }] }]);
}

/**
 * `from` may open connections to one declared web server (identity provider, S3 store, office, mirror of apps), on its
 * port: anywhere on the Internet, and in the private ranges where the site says that such servers are. Network policies
 * know no names, and what a stranger can make these pods ask for must not be asked of the inside.
 *
 * @param purpose end of the policy's name: `identity`, `media`.
 * @param address of the server; its port, or the one of its scheme.
 */
export function allowToEndpoint(
  from: Workloads,
  purpose: string,
  address: string,
  places: Places<"privateEndpoints" | "clusterRanges" | "internet" | "ingress">,
): NetworkPolicy {
  const { privateEndpoints } = places;
  const { port, protocol } = new URL(address);
  const declared = port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
  return egressPolicy(from, purpose, [
    {
      to: [...internet(places), ...blocksOf(privateEndpoints)],
      ports: [{ protocol: "TCP", port: declared }],
    },
    ...throughIngress(privateEndpoints, places),
  ]);
}

/**
 * `from` may open HTTPS connections to a public name of the commune's own, which leads to the ingress controller of the same
 * cluster, whatever its address is outside.
 *
 * @param purpose end of the policy's name: `identity`.
 */
export function allowToOwnName(
  from: Workloads,
  purpose: string,
  places: Places<"privateEndpoints" | "clusterRanges" | "internet" | "ingress">,
): NetworkPolicy {
  const { privateEndpoints } = places;
  return egressPolicy(from, purpose, [
    { to: [...internet(places), ...blocksOf(privateEndpoints)], ports: [{ protocol: "TCP", port: 443 }] },
    ...toIngress(places),
  ]);
}

/** Addresses of this machine and of what is on its wire, a cloud's metadata service among them: no server is there. */
const nearRanges = { v4: ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16"], v6: ["::/127", "fe80::/10"] };

/**
 * `from` may open connections to a server that does not speak HTTP (a mail relay, a database), on its port only,
 * wherever it is: it is in a private network more often than not.
 *
 * @param purpose end of the policy's name: `mail`, `database`.
 */
export function allowToServer(from: Workloads, purpose: string, port: number): NetworkPolicy {
  return egressPolicy(from, purpose, [
    {
      to: [
        { ipBlock: { cidr: "0.0.0.0/0", except: nearRanges.v4 } },
        { ipBlock: { cidr: "::/0", except: nearRanges.v6 } },
      ],
      ports: [{ protocol: "TCP", port }],
    },
  ]);
}

/** Place of the Kubernetes API, as network policies see it. */
export interface ApiServer {
  /** Port as pods reach it, behind the address of its Service. */
  port: number;
  /** Cilium's rules for addresses do not match nodes, and the API server is on one more often than not. */
  networkPlugin: NetworkPlugin;
}

/** Languages of policies: `any` is that of Kubernetes alone. */
export const networkPlugins = ["any", "cilium"] as const;
export type NetworkPlugin = (typeof networkPlugins)[number];

/** `from` may open connections to the Kubernetes API. */
export function allowToApiServer(from: Workloads, { port, networkPlugin }: ApiServer): AnyNetworkPolicy {
  const plain = allowToServer(from, "kubernetes", port);
  if (networkPlugin === "any") return plain;
  const spec: CiliumNetworkPolicy["spec"] = {
    endpointSelector: described(from).podSelector,
    egress: [
      {
        toEntities: ["kube-apiserver"],
        toPorts: [{ ports: [{ port: String(port), protocol: "TCP" }] }],
      },
    ],
  };
  return { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: plain.metadata, spec };
}
