import { labelsOf, metadataOf, namespaceOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy, PodDisruptionBudget } from "../../foundation/manifest/manifest.ts";
import { type CacheSpec, cacheConnection, cachePort, cacheWorkload } from "./manifests.ts";
import { everyMember, sentinelPort } from "./members.ts";

/** Returns the policies of members: among themselves, and from the proxies that clients ask. */
export function memberNetworkPolicies(spec: CacheSpec): NetworkPolicy[] {
  const proxy = cacheWorkload(spec);
  const podSelector = { matchLabels: everyMember(spec) };
  const port = (number: number) => ({ protocol: "TCP", port: number });
  const both = [port(cachePort), port(sentinelPort)];
  const policy = (name: string, spec: NetworkPolicy["spec"]): NetworkPolicy => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadataOf(proxy, name),
    spec,
  });
  const host = cacheConnection(spec.service).host;
  return [
    policy(`${host}-members`, {
      podSelector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [{ podSelector }], ports: both },
        { from: [{ podSelector: { matchLabels: selectorOf(proxy) } }], ports: [port(cachePort)] },
      ],
      egress: [{ to: [{ podSelector }], ports: both }],
    }),
    policy(`${host}-to-members`, {
      podSelector: { matchLabels: selectorOf(proxy) },
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector }], ports: [port(cachePort)] }],
    }),
  ];
}

/** Returns the budget of the members: a drain evicts one at a time. */
export function membersBudget(spec: CacheSpec): PodDisruptionBudget {
  const workload = cacheWorkload(spec);
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: {
      name: `${cacheConnection(spec.service).host}-members`,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: everyMember(spec) },
    },
  };
}
