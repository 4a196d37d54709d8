import { labelsOf, namespaceOf } from "../manifest/labels.ts";
import type { LimitRange, Manifest, Namespace, ResourceQuota } from "../manifest/manifest.ts";
import { allowDns, defaultDeny } from "../network-policy/manifests.ts";

/** What all pods of a namespace together may take. */
export interface Quota {
  /** Sum of memory limits, MiB. */
  memoryMiB: number;
  /** Sum of storage requests, GiB. */
  storageGiB: number;
  pods: number;
}

/** A service's namespace: where it lives, what it holds and what it may take. */
export interface NamespaceArgs {
  commune: string;
  service: string;
  /** Kinds of personal data held, joined by dots; `none` when there are none. */
  data: string;
  quota: Quota;
}

/**
 * The security floor of a service, in the order in which it must exist: the namespace under Pod Security
 * `restricted`, what it may take, and a closed network.
 */
export function namespaceManifests(args: NamespaceArgs): [Namespace, ...Manifest[]] {
  return [
    namespace(args),
    resourceQuota(args),
    limitRange(args),
    defaultDeny(args.commune, args.service),
    allowDns(args.commune, args.service),
  ];
}

function floorLabels({ commune, service, data }: NamespaceArgs): Record<string, string> {
  return labelsOf({ commune, service, component: "namespace", software: "kubernetes", data });
}

function namespace(args: NamespaceArgs): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespaceOf(args),
      labels: {
        ...floorLabels(args),
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}

function resourceQuota(args: NamespaceArgs): ResourceQuota {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: `${args.service}-quota`, namespace: namespaceOf(args), labels: floorLabels(args) },
    spec: {
      hard: {
        "limits.memory": `${args.quota.memoryMiB}Mi`,
        "requests.storage": `${args.quota.storageGiB}Gi`,
        pods: String(args.quota.pods),
        // A service of this toolkit is reached through the ingress controller only.
        "services.loadbalancers": "0",
        "services.nodeports": "0",
      },
    },
  };
}

function limitRange(args: NamespaceArgs): LimitRange {
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: `${args.service}-limits`, namespace: namespaceOf(args), labels: floorLabels(args) },
    spec: {
      limits: [
        {
          type: "Container",
          default: { memory: "256Mi" },
          defaultRequest: { cpu: "10m", memory: "64Mi" },
        },
      ],
    },
  };
}
