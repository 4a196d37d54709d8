import { toolkitTemplate } from "../template.ts";
import { inside, type Layout, type NodeLayout } from "./layout.ts";
import { clusterDomain, hostAndPort, type IpFamily } from "./network.ts";
import { reservedOnNode } from "./several.ts";

/** The name of the pause image, which containerd never collects. */
export const pauseImage = "commune.local/pause:1";

/** Path of a file of the configuration folder inside the namespaces. */
export const configurationInside = (file: string): string => `${inside}/configuration/${file}`;

/** Path of a certificate or key inside the namespaces. */
export const certificateInside = (file: string): string => `${inside}/certificates/${file}`;

/** Every generated configuration file of a control plane, by file name. */
export function controlPlaneConfiguration(layout: Layout): Record<string, string> {
  return {
    ...kubeconfigs(layout, ["kube-controller-manager", "kube-scheduler"]),
    ...(layout.several && pathsToPods(layout)),
    "audit.json": json(auditPolicy),
  };
}

/** Those that a control plane has of its own because its nodes are apart. */
function pathsToPods(layout: Layout): Record<string, string> {
  const { name } = layout.nodes[0];
  return {
    ...kubeconfigs(layout, ["kube-proxy"]),
    "containerd.toml": containerdConfiguration(),
    // A kube-proxy without a Node of its name waits 30 s for one when it starts (1.37: pkg/proxy/node.go).
    "kube-proxy.json": json(kubeProxyConfiguration(layout, { address: layout.network.node, name })),
  };
}

/** Every generated configuration file of a node, by file name. */
export function nodeConfiguration(layout: Layout, node: NodeLayout): Record<string, string> {
  return {
    ...kubeconfigs(layout, ["kube-proxy", "kube-router", "kubelet"]),
    "containerd.toml": containerdConfiguration(),
    "kubelet.json": json(kubeletConfiguration(layout, node)),
    "kube-proxy.json": json(kubeProxyConfiguration(layout, node)),
    "resolv.conf": "# Pods that ask for the machine's own resolver get none: nothing outside is reachable.\n",
    "cni/10-pods.conflist": json(podNetwork(layout.network.family, node.pods)),
  };
}

const kubeconfigs = (layout: Layout, users: readonly string[]): Record<string, string> =>
  Object.fromEntries(users.map((user) => [`${user}.kubeconfig`, json(kubeconfigInside(layout, user))]));

/** A kubeconfig whose certificates are files inside the namespaces. */
function kubeconfigInside({ network }: Layout, user: string) {
  return kubeconfig("cluster", {
    server: `https://${hostAndPort(network.node, 6443)}`,
    authority: { "certificate-authority": certificateInside("cluster-ca.crt") },
    user: {
      "client-certificate": certificateInside(`${user}.crt`),
      "client-key": certificateInside(`${user}.key`),
    },
  });
}

/** A kubeconfig with one context, which is the current one. */
export function kubeconfig(
  name: string,
  access: { server: string; authority: Record<string, string>; user: Record<string, string> },
) {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: access.server, ...access.authority } }],
    users: [{ name, user: access.user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// Folders outside of root and state (opt, NRI) would be made on the host. oom_score_adj below the caller's own is
// refused where the caller is confined, hence restrict_oom_score_adj.
function containerdConfiguration(): string {
  return toolkitTemplate("local/cluster/containerd.toml", {
    PAUSE_IMAGE: pauseImage,
    CNI: configurationInside("cni"),
  });
}

/**
 * Pods of IPv4 are on one bridge. Those of IPv6 have a link each to the node: on a bridge they would find each other by
 * packets of IPv6 itself, which kube-router's rules (2.1.0) refuse to whom a policy closes.
 */
const podNetwork = (family: IpFamily, pods: string) => ({
  cniVersion: "1.0.0",
  name: "pods",
  plugins: [
    {
      ...(family === "ipv6"
        ? { type: "ptp" }
        : { type: "bridge", bridge: "pods0", isGateway: true, hairpinMode: true }),
      ipam: {
        type: "host-local",
        ranges: [[{ subnet: pods }]],
        routes: [{ dst: family === "ipv6" ? "::/0" : "0.0.0.0/0" }],
        // Addresses of pods that ended with the cluster must not stay reserved.
        dataDir: "/run/cni",
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
});

function kubeletConfiguration({ network, several }: Layout, { address, cgroup }: NodeLayout) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: certificateInside("cluster-ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: certificateInside("kubelet-serving.crt"),
    tlsPrivateKeyFile: certificateInside("kubelet-serving.key"),
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    ...(several && { systemReserved: reservedOnNode(several) }),
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [network.dns],
    clusterDomain: clusterDomain,
    resolvConf: configurationInside("resolv.conf"),
    podLogsDir: "/var/log/pods",
    volumePluginDir: "/var/lib/kubelet/plugins-exec",
    maxPods: 250,
    // A program that starts others without end fills its own pod, and not the node. A thread counts as a process.
    podPidsLimit: 1024,
    serializeImagePulls: false,
    // A container that fails is tried again soon (the default waits 10 s, then up to five minutes).
    crashLoopBackOff: { maxContainerRestartPeriod: "5s" },
    // A local image cannot be pulled again: no amount of disk use may collect one, or evict its pods.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "0%",
      "nodefs.inodesFree": "0%",
      "imagefs.available": "0%",
      "imagefs.inodesFree": "0%",
    },
    fileCheckFrequency: "1m",
    shutdownGracePeriod: "0s",
  };
}

function kubeProxyConfiguration({ network }: Layout, node: Pick<NodeLayout, "address" | "name">) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    bindAddress: node.address,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    clientConnection: { kubeconfig: configurationInside("kube-proxy.kubeconfig") },
    clusterCIDR: network.pods,
    detectLocalMode: "ClusterCIDR",
    hostnameOverride: node.name,
    // Zero leaves the kernel's connection tracking limits, which are the host's, as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    nftables: { minSyncPeriod: "200ms", syncPeriod: "30s" },
  };
}

/** Audit policy that logs who changed what, without bodies: Secrets never reach the log. */
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", verbs: ["get", "list", "watch"] },
    { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
    { level: "None", resources: [{ group: "", resources: ["events"] }, { group: "events.k8s.io" }] },
    { level: "Metadata" },
  ],
};
