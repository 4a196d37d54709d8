import { namespaceOf, type Place } from "../manifest/labels.ts";
import type { NetworkPolicy } from "../manifest/manifest.ts";
import { namespaceLabels } from "./manifests.ts";

/**
 * A name server of the cluster, as policies see it: behind the address of a Service stand pods with a port of their
 * own; a cache on the node has an address.
 */
export type NameServer =
  | { namespace: string; labels: Readonly<Record<string, string>>; port: number }
  | { range: string };

/** The name server of most clusters: k3s, RKE2, kubeadm and managed ones. Its name stayed when CoreDNS came. */
export const kubeDns: NameServer = {
  namespace: "kube-system",
  labels: { "k8s-app": "kube-dns" },
  port: 53,
};

/** Every pod may ask the cluster's name servers, and nobody else, for names. */
export function allowDns(place: Place, servers: readonly NameServer[]): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: `${place.service}-to-dns`,
      namespace: namespaceOf(place),
      labels: namespaceLabels(place),
    },
    spec: { podSelector: {}, policyTypes: ["Egress"], egress: servers.map(nameServerRule) },
  };
}

/** Connections to one name server. Long answers need TCP. */
function nameServerRule(server: NameServer) {
  const port = "range" in server ? 53 : server.port;
  const peer =
    "range" in server
      ? { ipBlock: { cidr: server.range } }
      : {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": server.namespace } },
          podSelector: { matchLabels: { ...server.labels } },
        };
  return {
    to: [peer],
    ports: [
      { protocol: "UDP", port },
      { protocol: "TCP", port },
    ],
  };
}
