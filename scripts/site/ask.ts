import * as z from "zod";
import type { Kubectl } from "../kubectl.ts";
import type { Facts, NodeFacts, PodFacts, StorageFacts } from "./facts.ts";

/** Answers of a cluster to questions; nothing is made in it. */
export type Told = Omit<Facts, "trial" | "trialProblem">;

/** Asks a cluster everything that it says without being tried. Throws when it does not answer. */
export async function ask(kubectl: Kubectl): Promise<Told> {
  const version = z
    .object({ serverVersion: z.object({ gitVersion: z.string() }) })
    .parse(await kubectl.json(["version"])).serverVersion.gitVersion;
  const apiVersions = (await kubectl.text(["api-versions"])).split("\n");
  const apiGroups = [...new Set(apiVersions.map((line) => line.split("/")[0] ?? ""))];
  const [nodes, pods, ingressClasses, storageClasses, apiServers, issuers, missingRights] = await Promise.all(
    [
      nodesOf(kubectl),
      podsOf(kubectl),
      classesOf(kubectl),
      storageOf(kubectl),
      endpointsOf(kubectl, "default", "kubernetes", undefined),
      apiGroups.includes("cert-manager.io") ? issuersOf(kubectl) : undefined,
      rightsOf(kubectl, apiGroups),
    ],
  );
  return {
    version,
    apiGroups,
    nodes,
    pods,
    ingressClasses,
    storageClasses,
    apiServers,
    issuers,
    missingRights,
  };
}

const labels = z.record(z.string(), z.string()).default({});
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

async function nodesOf(kubectl: Kubectl): Promise<NodeFacts[]> {
  const node = z.object({
    metadata: z.object({ name: z.string() }),
    spec: z
      .object({
        unschedulable: z.boolean().default(false),
        taints: z.array(z.object({ effect: z.string() })).default([]),
      })
      .default({ unschedulable: false, taints: [] }),
    status: z.object({
      allocatable: z.object({ memory: z.string() }),
      nodeInfo: z.object({ architecture: z.string() }),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })),
    }),
  });
  const { items } = list(node).parse(await kubectl.json(["get", "nodes"]));
  return items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    isSchedulable: !spec.unschedulable && spec.taints.every(({ effect }) => effect === "PreferNoSchedule"),
    architecture: status.nodeInfo.architecture,
    memoryMiB: mebibytes(status.allocatable.memory),
    addresses: status.addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address),
  }));
}

/** A quantity of memory as Kubernetes spells it: `3905Mi`, `16384000Ki`, `17179869184`. */
export function mebibytes(quantity: string): number {
  const [, number = "0", unit = ""] = /^(\d+)(\w*)$/.exec(quantity) ?? [];
  const bytes = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1;
  return Math.round((Number(number) * bytes) / 2 ** 20);
}

async function podsOf(kubectl: Kubectl): Promise<PodFacts[]> {
  const words = z.array(z.string()).default([]);
  const container = z.object({
    image: z.string(),
    command: words,
    args: words,
    ports: z.array(z.object({ name: z.string().default(""), containerPort: z.number() })).default([]),
  });
  const pod = z.object({
    metadata: z.object({ namespace: z.string(), labels }),
    spec: z.object({ hostNetwork: z.boolean().default(false), containers: z.array(container) }),
    status: z.object({ phase: z.string().default(""), podIP: z.string().default("") }),
  });
  const { items } = list(pod).parse(await kubectl.json(["get", "pods", "--all-namespaces"]));
  return items
    .filter(({ status }) => status.phase === "Running")
    .map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace,
      labels: metadata.labels,
      onNode: spec.hostNetwork,
      images: spec.containers.map(({ image }) => image),
      ports: spec.containers.flatMap(({ ports }) =>
        ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
      ),
      words: spec.containers.flatMap(({ command, args }) => [...command, ...args]),
      address: status.podIP,
    }));
}

async function classesOf(kubectl: Kubectl): Promise<Facts["ingressClasses"]> {
  const named = z.object({
    metadata: z.object({ name: z.string(), annotations: labels }),
    spec: z.object({ controller: z.string() }),
  });
  const { items } = list(named).parse(await kubectl.json(["get", "ingressclasses"]));
  return items.map(({ metadata, spec }) => ({
    name: metadata.name,
    controller: spec.controller,
    isDefault: metadata.annotations["ingressclass.kubernetes.io/is-default-class"] === "true",
  }));
}

async function storageOf(kubectl: Kubectl): Promise<StorageFacts[]> {
  const storage = z.object({
    metadata: z.object({ name: z.string(), annotations: labels }),
    provisioner: z.string().default(""),
    allowVolumeExpansion: z.boolean().default(false),
    reclaimPolicy: z.enum(["Delete", "Retain"]).default("Delete"),
  });
  const { items } = list(storage).parse(await kubectl.json(["get", "storageclasses"]));
  return items.map(({ metadata, provisioner, allowVolumeExpansion, reclaimPolicy }) => ({
    name: metadata.name,
    isDefault: metadata.annotations["storageclass.kubernetes.io/is-default-class"] === "true",
    provisioner,
    expands: allowVolumeExpansion,
    reclaim: reclaimPolicy,
  }));
}

/** Addresses and ports behind a Service, on one of its ports; on all of them if none is named. */
async function endpointsOf(
  kubectl: Kubectl,
  namespace: string,
  service: string,
  portName: string | undefined,
): Promise<{ address: string; port: number }[]> {
  const slice = z.object({
    endpoints: z.array(z.object({ addresses: z.array(z.string()) })).nullish(),
    ports: z.array(z.object({ name: z.string().nullish(), port: z.number().nullish() })).nullish(),
  });
  const words = [
    "get",
    "endpointslices",
    `--namespace=${namespace}`,
    `--selector=kubernetes.io/service-name=${service}`,
  ];
  const { items } = list(slice).parse(await kubectl.json(words));
  return items.flatMap(({ endpoints, ports }) =>
    (ports ?? [])
      .filter(({ name }) => portName === undefined || (name ?? "") === portName)
      .flatMap(({ port }) =>
        (endpoints ?? []).flatMap(({ addresses }) =>
          port == null ? [] : addresses.map((address) => ({ address, port })),
        ),
      ),
  );
}

/** Addresses of the name servers behind the address that pods ask for names, if that is the address of a Service. */
export async function nameServersAt(
  kubectl: Kubectl,
  resolvers: readonly string[],
): Promise<{ address: string; port: number }[]> {
  const service = z.object({
    metadata: z.object({ name: z.string(), namespace: z.string() }),
    spec: z.object({
      clusterIPs: z.array(z.string()).default([]),
      ports: z.array(z.object({ name: z.string().default(""), port: z.number() })).default([]),
    }),
  });
  const { items } = list(service).parse(await kubectl.json(["get", "services", "--all-namespaces"]));
  const found = items.filter(({ spec }) => spec.clusterIPs.some((address) => resolvers.includes(address)));
  // Where a cache on the node answers, the Service behind it is the cluster's usual one.
  const asked = found.length > 0 ? found : items.filter(({ metadata }) => metadata.name === "kube-dns");
  const all = await Promise.all(
    asked.map(({ metadata, spec }) => {
      const port = spec.ports.find((each) => each.port === 53);
      return endpointsOf(kubectl, metadata.namespace, metadata.name, port?.name);
    }),
  );
  return all.flat();
}

async function issuersOf(kubectl: Kubectl): Promise<NonNullable<Facts["issuers"]>> {
  const issuer = z.object({
    metadata: z.object({ name: z.string() }),
    status: z
      .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
      .default({ conditions: [] }),
  });
  const { items } = list(issuer).parse(await kubectl.json(["get", "clusterissuers.cert-manager.io"]));
  return items.map(({ metadata, status }) => ({
    name: metadata.name,
    ready: status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
  }));
}

/** Kinds of objects that a commune is made of, by their API group. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  "": [
    ...["namespaces", "configmaps", "secrets", "services", "serviceaccounts"],
    ...["persistentvolumeclaims", "resourcequotas", "limitranges"],
  ],
  apps: ["deployments", "statefulsets"],
  batch: ["jobs", "cronjobs"],
  policy: ["poddisruptionbudgets"],
  "networking.k8s.io": ["ingresses", "networkpolicies"],
  "rbac.authorization.k8s.io": ["roles", "rolebindings"],
};

async function rightsOf(kubectl: Kubectl, apiGroups: readonly string[]): Promise<string[]> {
  const all = {
    ...kinds,
    ...(apiGroups.includes("cilium.io") ? { "cilium.io": ["ciliumnetworkpolicies"] } : {}),
  };
  const items = Object.entries(all).flatMap(([group, resources]) =>
    resources.flatMap((resource) =>
      ["create", "patch", "delete"].map((verb) => ({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { group, resource, verb } },
      })),
    ),
  );
  const attributes = ".spec.resourceAttributes";
  const line = `jsonpath={.status.allowed} {${attributes}.verb} {${attributes}.resource}{"\\n"}`;
  const answer = await kubectl.text(["create", "--filename=-", `--output=${line}`], {
    apiVersion: "v1",
    kind: "List",
    items,
  });
  return answer
    .split("\n")
    .flatMap((each) => /^false (.*)$/.exec(each)?.[1] ?? [])
    .sort();
}
