import { readGolden } from "../../registrations/golden.ts";

type Labels = Record<string, string>;

/** Pods that network policies tell apart: those of one workload, or any others of a namespace. */
export interface Pods {
  /** As the table calls them. */
  name: string;
  namespace: string;
  labels: Labels;
}

/** Which pods or namespaces a policy means; one without conditions means all. */
export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: "In"; values: string[] }[];
}

/** A network policy, as far as the toolkit uses the kind. */
export interface Policy {
  metadata: { name: string; namespace: string };
  spec: {
    podSelector: Selector;
    policyTypes: ("Ingress" | "Egress")[];
    egress?: { to?: Peer[]; ports?: Port[] }[];
    ingress?: { from?: Peer[]; ports?: Port[] }[];
  };
}
export interface Peer {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
export interface Port {
  protocol: string;
  port: number;
}

/** What a commune declares, as far as the network is concerned. */
export interface Declared {
  namespaces: object[];
  policies: Policy[];
  workloads: Pods[];
  /** Every TCP port that some opening names. */
  ports: number[];
}

interface Template {
  metadata: { labels: Labels };
}
interface Registered {
  inputs: {
    kind?: string;
    metadata: { name: string; namespace: string };
    spec: { template?: Template; jobTemplate?: { spec: { template: Template } } };
  };
}

/**
 * Reads what a commune registers, as reviewed.
 * `as` stands in the commune's name, so that the same commune may be up beside it.
 */
export function declaredBy(commune: string, as: string): Declared {
  const registered = readGolden(commune, (text) => text.replaceAll(commune, as)) as unknown as Registered[];
  const objects = registered.map(({ inputs }) => inputs).filter(({ kind }) => kind !== undefined);
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy") as unknown as Policy[];
  const workloads = new Map<string, Pods>();
  for (const { metadata, spec } of objects) {
    const template = spec?.template ?? spec?.jobTemplate?.spec.template;
    if (!template) continue;
    const { namespace } = metadata;
    const { labels } = template.metadata;
    const name = `${namespace.slice(as.length + 1)} ${labels["app.kubernetes.io/component"]}`;
    workloads.set(name, { name, namespace, labels });
  }
  const ports = policies
    .flatMap(({ spec }) => [...(spec.egress ?? []), ...(spec.ingress ?? [])])
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ protocol }) => protocol === "TCP")
    .map(({ port }) => port);
  return {
    namespaces: objects.filter(({ kind }) => kind === "Namespace"),
    policies,
    workloads: [...workloads.values()].sort((a, b) => a.name.localeCompare(b.name, "en")),
    ports: [...new Set(ports)].sort((a, b) => a - b),
  };
}
