/** Facts about a cluster from which a commune's settings follow. None of them is a secret. */
export interface Facts {
  /** `v1.34.2+k3s1`. */
  version: string;
  nodes: readonly NodeFacts[];
  /** Names of the groups of its API. */
  apiGroups: readonly string[];
  /** Address and port behind the Service `kubernetes`, which policies see. */
  apiServers: readonly { address: string; port: number }[];
  ingressClasses: readonly { name: string; controller: string; isDefault: boolean }[];
  /** Pods of ingress controllers, name servers and network plugins: those with a port, of every namespace. */
  pods: readonly PodFacts[];
  storageClasses: readonly StorageFacts[];
  /** ClusterIssuers of cert-manager; undefined if it is not installed. */
  issuers: readonly { name: string; ready: boolean }[] | undefined;
  /** Rights that whoever applies lacks, such as `create namespaces`. */
  missingRights: readonly string[];
  /** Facts that two pods found out; undefined if they could not be had. */
  trial: Trial | undefined;
  /** Reason why there is no trial, or why it ended. */
  trialProblem: string | undefined;
}

/** Returns the minor number of a version of Kubernetes: 34 of `v1.34.2+k3s1`; NaN if it is of another form. */
export function minorOf(version: string): number {
  return Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
}

export interface NodeFacts {
  name: string;
  architecture: string;
  /** Memory that pods may have, MiB. */
  memoryMiB: number;
  addresses: readonly string[];
  /** Whether pods that tolerate nothing may run there. */
  isSchedulable: boolean;
}

export interface PodFacts {
  namespace: string;
  labels: Readonly<Record<string, string>>;
  /** Whether it uses the network of its node. */
  onNode: boolean;
  images: readonly string[];
  ports: readonly { name: string; port: number }[];
  /** Words of its command lines: a cache of names has its addresses there. */
  words: readonly string[];
  address: string;
}

export interface StorageFacts {
  name: string;
  isDefault: boolean;
  expands: boolean;
  /** Program that makes its volumes: `rancher.io/local-path`. */
  provisioner: string;
  /** Fate of a volume whose claim is deleted. */
  reclaim: "Delete" | "Retain";
}

/** Facts that two pods in a namespace of their own found out. */
export interface Trial {
  /** Seconds that it took to pull the image; undefined if the node had it. */
  pullSeconds: number | undefined;
  /** Objects that a namespace got unasked: quotas, limits, policies. */
  uninvited: readonly string[];
  /** Whether Pod Security refuses a privileged pod as it must. */
  podSecurity: boolean;
  /** Addresses that pods ask for names. */
  resolvers: readonly string[];
  /** Addresses behind the Service that the first of these leads to. */
  nameServers: readonly { address: string; port: number }[];
  /** Addresses of a pod, of one family or of both. */
  podAddresses: readonly string[];
  /** Whether the kernel of the node speaks IPv6 at all. */
  kernelIpv6: boolean;
  /** Whether one pod reached the other before anything was closed. */
  reaches: boolean;
  /** Whether a policy kept the connection away from the pod that answers. */
  closesIngress: boolean;
  /** Whether a policy kept the connection from leaving the pod that asks. */
  closesEgress: boolean;
  /** Whether names are answered with the policies that the settings below make. */
  namesAnswer: boolean;
  /** Whether the API server is reached with them. */
  apiAnswers: boolean;
}
