import { toolkitTemplate } from "../template.ts";
import { inside, type Layout } from "./layout.ts";
import { clusterDomain, hostAndPort, type Network } from "./network.ts";

/** The name of the pause image, which containerd never collects. */
export const pauseImage = "commune.local/pause:1";

/** Path of a file of the configuration folder inside the namespaces. */
export const configurationInside = (file: string): string => `${inside}/configuration/${file}`;

/** Path of a certificate or key inside the namespaces. */
export const certificateInside = (file: string): string => `${inside}/certificates/${file}`;

/** Every generated configuration file of a cluster, by file name. */
export function configurationFiles(layout: Layout): Record<string, string> {
  const kubeconfigs = ["kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-router", "kubelet"];
  return {
    ...Object.fromEntries(
      kubeconfigs.map((user) => [`${user}.kubeconfig`, json(kubeconfigInside(layout, user))]),
    ),
    "containerd.toml": containerdConfiguration(),
    "kubelet.json": json(kubeletConfiguration(layout)),
    "kube-proxy.json": json(kubeProxyConfiguration(layout)),
    "audit.json": json(auditPolicy),
    "resolv.conf": "# Pods that ask for the machine's own resolver get none: nothing outside is reachable.\n",
    "cni/10-pods.conflist": json(podNetwork(layout.network)),
  };
}

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
const podNetwork = ({ family, pods }: Network) => ({
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

function kubeletConfiguration(layout: Layout) {
  const { network } = layout;
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: network.node,
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
    cgroupRoot: `/${layout.cgroup}`,
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

function kubeProxyConfiguration(layout: Layout) {
  const { network } = layout;
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    bindAddress: network.node,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    clientConnection: { kubeconfig: configurationInside("kube-proxy.kubeconfig") },
    clusterCIDR: network.pods,
    detectLocalMode: "ClusterCIDR",
    hostnameOverride: layout.name,
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
