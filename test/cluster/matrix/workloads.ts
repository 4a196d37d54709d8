import { readGolden } from "../../registrations/golden.ts";

type Labels = Record<string, string>;

/** Pods that network policies tell apart: those of one workload, or any others of a namespace. */
export interface Pods {
  /** As the table calls them. */
  name: string;
  namespace: string;
  labels: Labels;
}

/** Selector of pods or namespaces in a policy; one without conditions means all. */
export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: "In"; values: string[] }[];
}

/** A network policy, as far as the toolkit uses the kind. */
export interface Policy {
  kind: string;
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

/** Objects that a commune declares, as far as the network is concerned. */
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

/** The part of reviewed registrations that is read. */
export interface Source {
  /** Files of `test/golden`. */
  golden: readonly string[];
  commune: string;
  /** Stands in the commune's name, so that the same commune may be up beside it. */
  as: string;
  /** Names of the workloads; all of them when absent. */
  only?: readonly string[];
  /** Before the names of its workloads, where another commune has some of the same name. */
  called?: string;
}

/** Reads what a commune registers, as reviewed: of the namespaces of some workloads, where they are named. */
export function declaredBy({ golden, commune, as, only, called = "" }: Source): Declared {
  const registered = golden.flatMap((file) =>
    readGolden(file, (text) => text.replaceAll(commune, as)),
  ) as unknown as Registered[];
  const objects = registered.map(({ inputs }) => inputs).filter(({ kind }) => kind !== undefined);
  const workloads = new Map<string, Pods>();
  for (const { metadata, spec } of objects) {
    const template = spec?.template ?? spec?.jobTemplate?.spec.template;
    if (!template) continue;
    const { namespace } = metadata;
    const { labels } = template.metadata;
    const name = `${namespace.slice(as.length + 1)} ${labels["app.kubernetes.io/component"]}`;
    if (only === undefined || only.includes(name))
      workloads.set(name, { name: called + name, namespace, labels });
  }
  for (const name of only ?? [])
    if (!workloads.has(name)) throw new Error(`${golden} have no workload "${name}"`);
  const spaces = new Set([...workloads.values()].map(({ namespace }) => namespace));
  const policies = (objects as unknown as Policy[]).filter(
    ({ kind, metadata }) =>
      kind === "NetworkPolicy" && (only === undefined || spaces.has(metadata.namespace)),
  );
  const namespaces = new Map(
    objects
      .filter(
        ({ kind, metadata }) => kind === "Namespace" && (only === undefined || spaces.has(metadata.name)),
      )
      .map((namespace) => [namespace.metadata.name, namespace]),
  );
  const ports = policies
    .flatMap(({ spec }) => [...(spec.egress ?? []), ...(spec.ingress ?? [])])
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ protocol }) => protocol === "TCP")
    .map(({ port }) => port);
  return {
    namespaces: [...namespaces.values()],
    policies,
    workloads: [...workloads.values()].sort((a, b) => a.name.localeCompare(b.name, "en")),
    ports: [...new Set(ports)].sort((a, b) => a - b),
  };
}

/** Several of them, as one. */
export function together(all: readonly Declared[]): Declared {
  return {
    namespaces: all.flatMap(({ namespaces }) => namespaces),
    policies: all.flatMap(({ policies }) => policies),
    workloads: all.flatMap(({ workloads }) => workloads),
    ports: [...new Set(all.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
  };
}
