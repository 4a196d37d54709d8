import { certificateInside, configurationInside } from "./configuration.ts";
import { inside, type Layout, type NodeLayout, programsInside } from "./layout.ts";
import { clusterDomain, type Network } from "./network.ts";

/** The services that keep objects and answer for them, without anything that runs a pod. */
export const controlPlaneServices = ["etcd", "kube-apiserver", "kube-controller-manager"] as const;

/** The services of a node. */
export const nodeServices = ["containerd", "kubelet", "kube-proxy", "kube-router"] as const;

/** The services of a cluster in the order of their dependence. */
export const serviceNames = [...controlPlaneServices, "kube-scheduler", ...nodeServices] as const;

/** The services of a control plane whose nodes are apart: kube-proxy leads the host and the API server to pods. */
export const severalServices = [...controlPlaneServices, "kube-scheduler", "kube-proxy"] as const;

/** One supervised program of a cluster. */
export type ServiceName = (typeof serviceNames)[number];

/** Programs of the toolchain that services start by themselves. */
export const helperPrograms = ["containerd-shim-runc-v2"] as const;

const flags = (values: Record<string, string | number | boolean>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** The command line of every service; of several nodes, those of one. Programs are found in PATH ({@link pathInside}). */
export function serviceCommands(layout: Layout, node: NodeLayout): Record<ServiceName, string[]> {
  const { network } = layout;
  return {
    etcd: [
      "etcd",
      ...flags({
        name: layout.name,
        "data-dir": `${inside}/etcd`,
        "listen-client-urls": "http://127.0.0.1:2379",
        "advertise-client-urls": "http://127.0.0.1:2379",
        "listen-peer-urls": "http://127.0.0.1:2380",
        "initial-advertise-peer-urls": "http://127.0.0.1:2380",
        "initial-cluster": `${layout.name}=http://127.0.0.1:2380`,
        "auto-compaction-retention": "1h",
        "log-level": "warn",
      }),
    ],
    "kube-apiserver": ["kube-apiserver", ...flags(apiserverFlags(network))],
    "kube-controller-manager": [
      "kube-controller-manager",
      ...flags({
        ...clientOf("kube-controller-manager"),
        "bind-address": "127.0.0.1",
        "cluster-name": layout.name,
        "root-ca-file": certificateInside("cluster-ca.crt"),
        "cluster-signing-cert-file": certificateInside("cluster-ca.crt"),
        "cluster-signing-key-file": certificateInside("cluster-ca.key"),
        "service-account-private-key-file": certificateInside("sa.key"),
        "use-service-account-credentials": true,
        "leader-elect": false,
        "cert-dir": "/run/kube-controller-manager",
      }),
    ],
    "kube-scheduler": [
      "kube-scheduler",
      ...flags({
        ...clientOf("kube-scheduler"),
        "bind-address": "127.0.0.1",
        "leader-elect": false,
        "cert-dir": "/run/kube-scheduler",
      }),
    ],
    containerd: ["containerd", ...flags({ config: configurationInside("containerd.toml") })],
    kubelet: [
      "kubelet",
      ...flags({
        kubeconfig: configurationInside("kubelet.kubeconfig"),
        config: configurationInside("kubelet.json"),
        "hostname-override": node.name,
        "node-ip": node.address,
        "root-dir": "/var/lib/kubelet",
        "cert-dir": "/run/kubelet-certificates",
      }),
    ],
    "kube-proxy": ["kube-proxy", ...flags({ config: configurationInside("kube-proxy.json") })],
    "kube-router": [
      "kube-router",
      ...flags({
        kubeconfig: configurationInside("kube-router.kubeconfig"),
        "hostname-override": node.name,
        "service-cluster-ip-range": network.services,
        "enable-ipv4": network.family === "ipv4",
        "enable-ipv6": network.family === "ipv6",
        "iptables-sync-period": "30s",
      }),
    ],
  };
}

const clientOf = (user: string) => ({
  kubeconfig: configurationInside(`${user}.kubeconfig`),
});

const apiserverFlags = (network: Network) => ({
  "advertise-address": network.node,
  "bind-address": network.family === "ipv6" ? "::" : "0.0.0.0",
  "secure-port": 6443,
  "etcd-servers": "http://127.0.0.1:2379",
  "client-ca-file": certificateInside("cluster-ca.crt"),
  "tls-cert-file": certificateInside("apiserver.crt"),
  "tls-private-key-file": certificateInside("apiserver.key"),
  "kubelet-certificate-authority": certificateInside("cluster-ca.crt"),
  "kubelet-client-certificate": certificateInside("apiserver-kubelet-client.crt"),
  "kubelet-client-key": certificateInside("apiserver-kubelet-client.key"),
  "kubelet-preferred-address-types": "InternalIP",
  "service-account-issuer": `https://kubernetes.default.svc.${clusterDomain}`,
  "service-account-key-file": certificateInside("sa.pub"),
  "service-account-signing-key-file": certificateInside("sa.key"),
  "service-cluster-ip-range": network.services,
  "authorization-mode": "Node,RBAC",
  "enable-admission-plugins": "NodeRestriction",
  "allow-privileged": true,
  "anonymous-auth": false,
  "audit-policy-file": configurationInside("audit.json"),
  "audit-log-path": `${inside}/audit/audit.log`,
  "audit-log-maxsize": 50,
  "audit-log-maxbackup": 3,
  "cert-dir": "/run/kube-apiserver",
});

/** The `run` file of a service: one process, standard error joined to standard output for the log. */
export function runScript(command: readonly string[]): string {
  return `#!/bin/sh\nexec 2>&1\nexec ${command.map(shellQuote).join(" ")}\n`;
}

/** The `run` file of a service's log: at most 5 files of 1 MB, times in ISO 8601. */
export function logScript(service: string): string {
  return `#!/bin/sh\nexec s6-log -b n5 s1000000 T ${shellQuote(`${inside}/logs/${service}`)}\n`;
}

/** The PATH inside the namespaces: the toolchain first, then the machine's own programs. */
export const pathInside = `${programsInside}:/usr/sbin:/usr/bin:/sbin:/bin`;

function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
