import type { Metadata } from "./manifest.ts";

/** Identity of a workload, for labels and selectors. */
export interface Workload {
  /** Commune id, for example `villeurbanne`. */
  commune: string;
  /** Service, which is also the namespace's suffix: `nextcloud`, `database`. */
  service: string;
  /** Part of the service: `web`, `server`, `cache`. */
  component: string;
  /** Name of the software that runs, as its authors write it in lower case. */
  software: string;
  /** Kinds of personal data held, joined by dots; `none` when there are none. */
  data: string;
  /** Id of the association that it is of; nothing for what is the commune's own. */
  tenant?: string | undefined;
}

/** Namespace in which something is, by its owner. */
export type Place = Pick<Workload, "commune" | "service" | "tenant">;

/** Workloads of one service, which a network policy is for. */
export type Workloads = readonly [Workload, ...Workload[]];

/** Namespace of a service of a commune. */
export function namespaceOf({ commune, service }: Pick<Workload, "commune" | "service">): string {
  return `${commune}-${service}`;
}

/**
 * The labels of an object: Kubernetes' recommended set, and the ones that reports, policies and network
 * rules select by. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function labelsOf(workload: Workload): Record<string, string> {
  return {
    ...selectorOf(workload),
    "app.kubernetes.io/name": workload.software,
    "app.kubernetes.io/part-of": "commune-cloud",
    "app.kubernetes.io/managed-by": "pulumi",
    "commune.cloud/commune": workload.commune,
    "commune.cloud/service": workload.service,
    "commune.cloud/data": workload.data,
    ...(workload.tenant !== undefined && { "commune.cloud/tenant": workload.tenant }),
  };
}

/** The labels that identify the pods of a workload; they must never change, selectors are immutable. */
export function selectorOf(workload: Workload): Record<string, string> {
  return {
    "app.kubernetes.io/instance": namespaceOf(workload),
    "app.kubernetes.io/component": workload.component,
  };
}

/** Name, namespace and labels of an object that belongs to a workload. */
export function metadataOf(workload: Workload, name: string): Metadata {
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}
