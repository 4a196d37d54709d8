import type { Input } from "@pulumi/pulumi";
import { pullSecretName } from "../image/deployed.ts";
import { labelsOf, namespaceOf, type Place } from "../manifest/labels.ts";
import type { LimitRange, Manifest, Namespace, ResourceQuota, Secret } from "../manifest/manifest.ts";
import { allowDns, kubeDns, type NameServer } from "../network-policy/dns.ts";
import { defaultDeny } from "../network-policy/manifests.ts";

/** The most that all pods of a namespace together may take. */
export interface Quota {
  /** Sum of memory limits, MiB. */
  memoryMiB: number;
  /** Sum of storage requests, GiB. */
  storageGiB: number;
  pods: number;
  /** Further limits for pods of third parties; undefined for the toolkit's own services. */
  bounds?: Bounds | undefined;
}

/**
 * Limits of programs of third parties beside memory: a service of the toolkit's own may use a processor that is idle,
 * and a stranger's would take it from the others.
 */
export interface Bounds {
  /** Sum of processor limits, thousandths of a core. */
  millicores: number;
  /** Sum of what they may write on the node's disk, MiB. */
  ephemeralMiB: number;
  /** Most objects of each kind, as a ResourceQuota names it: `count/configmaps`. */
  objects: Readonly<Record<string, number>>;
}

/** Default limits of a container in such a namespace: thousandths of a core, and MiB of disk. */
const boundedContainer = { millicores: 100, ephemeralMiB: 64 };

/** Resources that others' pods may take in a namespace, beside the service's own. */
export interface Guests {
  pods: number;
  /** Sum of memory limits, MiB. */
  memoryMiB: number;
  /** Services of theirs that take a port of the nodes. */
  nodePorts: number;
  /** Sums of their limits where processors and the node's disk are counted; one small container for each pod when absent. */
  bounds?: Omit<Bounds, "objects"> | undefined;
}

function boundsOf({ pods, bounds }: Pick<Guests, "pods" | "bounds">): Omit<Bounds, "objects"> {
  const { millicores, ephemeralMiB } = boundedContainer;
  return bounds ?? { millicores: pods * millicores, ephemeralMiB: pods * ephemeralMiB };
}

/** Returns what several guests may take together; undefined if there are none. */
export function guestsTogether(all: readonly (Guests | undefined)[]): Guests | undefined {
  const guests = all.flatMap((each) => each ?? []);
  const [first] = guests;
  if (first === undefined) return undefined;
  const sum = (of: (each: Guests) => number) => guests.reduce((total, each) => total + of(each), 0);
  return {
    pods: sum(({ pods }) => pods),
    memoryMiB: sum(({ memoryMiB }) => memoryMiB),
    nodePorts: sum(({ nodePorts }) => nodePorts),
    ...(guests.some(({ bounds }) => bounds) && {
      bounds: {
        millicores: sum((each) => boundsOf(each).millicores),
        ephemeralMiB: sum((each) => boundsOf(each).ephemeralMiB),
      },
    }),
  };
}

/** A service's namespace: where it lives, what it holds and what it may take. */
export interface NamespaceArgs extends Place {
  /** Kinds of personal data held, joined by dots; `none` when there are none. */
  data: string;
  quota: Quota;
  /** Further annotations, for those who judge what is made in it. */
  annotations?: Readonly<Record<string, string>> | undefined;
  guests?: Guests | undefined;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
}

/**
 * The security baseline of a service, in the order in which it must exist: the namespace under Pod Security
 * `restricted`, what it may take, and a closed network.
 */
export function namespaceManifests(args: NamespaceArgs): [Namespace, ...Manifest[]] {
  return [
    namespace(args),
    resourceQuota(args),
    limitRange(args),
    defaultDeny(args),
    allowDns(args, args.dns ?? [kubeDns]),
  ];
}

/**
 * The namespace with the fingerprint of the commune's seed on it. A stack that has another seed writes another value,
 * which the API server refuses as a conflict, before anything that waits for the namespace
 * (docs/decisions/0006-taking-over-what-a-killed-run-left.md).
 */
export function marked(namespace: Namespace, fingerprint: Input<string>): Namespace {
  return {
    ...namespace,
    metadata: {
      ...namespace.metadata,
      annotations: { ...namespace.metadata.annotations, "commune.cloud/seed": fingerprint },
    },
  };
}

/** The namespace's copy of what the site's nodes pull images with. */
export function pullSecretCopy(args: NamespaceArgs, settings: Input<string>): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: pullSecretName, namespace: namespaceOf(args), labels: floorLabels(args) },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": settings },
  };
}

function floorLabels({ commune, service, tenant, data }: NamespaceArgs): Record<string, string> {
  return labelsOf({ commune, service, tenant, component: "namespace", software: "kubernetes", data });
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
      ...(args.annotations && { annotations: { ...args.annotations } }),
    },
  };
}

function resourceQuota(args: NamespaceArgs): ResourceQuota {
  const { quota, guests = { pods: 0, memoryMiB: 0, nodePorts: 0 } } = args;
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: `${args.service}-quota`, namespace: namespaceOf(args), labels: floorLabels(args) },
    spec: {
      hard: {
        "limits.memory": `${quota.memoryMiB + guests.memoryMiB}Mi`,
        "requests.storage": `${quota.storageGiB}Gi`,
        pods: String(quota.pods + guests.pods),
        // A service of this toolkit is reached through the ingress controller only.
        "services.loadbalancers": "0",
        "services.nodeports": String(guests.nodePorts),
        ...(quota.bounds && boundsHard(quota.bounds, guests)),
      },
    },
  };
}

const boundedDefault = {
  cpu: `${boundedContainer.millicores}m`,
  "ephemeral-storage": `${boundedContainer.ephemeralMiB}Mi`,
};

function boundsHard(
  { millicores, ephemeralMiB, objects }: Bounds,
  guests: Pick<Guests, "pods" | "bounds">,
): Record<string, string> {
  const more = boundsOf(guests);
  const disk = `${ephemeralMiB + more.ephemeralMiB}Mi`;
  return {
    "limits.cpu": `${millicores + more.millicores}m`,
    "requests.ephemeral-storage": disk,
    "limits.ephemeral-storage": disk,
    ...Object.fromEntries(Object.entries(objects).map(([kind, most]) => [kind, String(most)])),
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
          default: { memory: "256Mi", ...(args.quota.bounds && boundedDefault) },
          defaultRequest: { cpu: "10m", memory: "64Mi" },
        },
      ],
    },
  };
}
