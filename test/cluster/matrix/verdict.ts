import { BlockList } from "node:net";
import type { Peer, Pods, Policy, Port, Selector } from "./workloads.ts";

/** One end of a connection: pods when it has labels, an address in any case. */
export interface End {
  ip: string;
  pods?: Pods | undefined;
}

/**
 * Whether the policies let a TCP connection pass, by the rules of the kind: what no policy selects is open, and
 * where one selects, one rule of one policy must admit the other end and the port, at both ends.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function passes(policies: readonly Policy[], from: End, to: End, port: number): boolean {
  const leaving = selecting(policies, from, "Egress");
  const entering = selecting(policies, to, "Ingress");
  const out = leaving.flatMap(({ spec }) => spec.egress ?? []);
  const into = entering.flatMap(({ spec }) => spec.ingress ?? []);
  return (
    (leaving.length === 0 || out.some((rule) => admits(rule.to, to) && admitsPort(rule.ports, port))) &&
    (entering.length === 0 || into.some((rule) => admits(rule.from, from) && admitsPort(rule.ports, port)))
  );
}

function selecting(policies: readonly Policy[], { pods }: End, type: "Ingress" | "Egress"): Policy[] {
  return policies.filter(
    ({ metadata, spec }) =>
      spec.policyTypes.includes(type) &&
      metadata.namespace === pods?.namespace &&
      matches(spec.podSelector, pods.labels),
  );
}

function admits(peers: readonly Peer[] | undefined, end: End): boolean {
  return peers === undefined || peers.some((peer) => isPeer(peer, end));
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, { ip, pods }: End): boolean {
  if (ipBlock) return inRange(ip, ipBlock.cidr) && !ipBlock.except?.some((range) => inRange(ip, range));
  if (!pods) return false;
  const namespace = { "kubernetes.io/metadata.name": pods.namespace };
  return matches(namespaceSelector, namespace) && matches(podSelector, pods.labels);
}

function admitsPort(ports: readonly Port[] | undefined, port: number): boolean {
  return ports === undefined || ports.some((each) => each.protocol === "TCP" && each.port === port);
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: Selector = {},
  labels: Record<string, string>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ""))
  );
}

function inRange(ip: string, cidr: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  if (network.includes(":")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), "ipv4");
  return list.check(ip, "ipv4");
}
