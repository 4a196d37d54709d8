import type { Facts, PodFacts, Trial } from "../../../scripts/site/facts.ts";

/**
 * Answers of clusters as people have them, as far as their own manifests and charts tell; written down, not recorded:
 * none of them is at hand. Sources: components/foundation/site/ingress.ts and name-servers.ts.
 */
const trial: Trial = {
  pullSeconds: 2.1,
  uninvited: [],
  podSecurity: true,
  resolvers: ["10.43.0.10"],
  nameServers: [{ address: "10.42.0.5", port: 53 }],
  podAddresses: ["10.42.0.9"],
  kernelIpv6: true,
  reaches: true,
  closesIngress: true,
  closesEgress: true,
  namesAnswer: true,
  apiAnswers: true,
};

const node = {
  ...{ name: "node", architecture: "amd64", memoryMiB: 16_000, addresses: ["192.168.1.10"] },
  isSchedulable: true,
};

const pod = (namespace: string, labels: Record<string, string>, more: Partial<PodFacts> = {}): PodFacts => ({
  namespace,
  labels,
  onNode: false,
  images: ["registry.example/something:1"],
  ports: [],
  words: [],
  address: "10.42.0.77",
  ...more,
});

const coredns = pod("kube-system", { "k8s-app": "kube-dns" }, { address: "10.42.0.5" });
const https = (port: number, name = "https") => [{ name, port }];
const bystander = pod(
  "kube-system",
  { "app.kubernetes.io/name": "metrics-server" },
  { ports: https(10_250) },
);

const common: Facts = {
  version: "v1.36.3",
  nodes: [node],
  apiGroups: ["apps", "networking.k8s.io"],
  apiServers: [{ address: "192.168.1.10", port: 6443 }],
  ingressClasses: [],
  pods: [coredns, bystander],
  storageClasses: [
    { name: "standard", isDefault: true, expands: true, provisioner: "csi.example", reclaim: "Retain" },
  ],
  issuers: undefined,
  missingRights: [],
  trial,
  trialProblem: undefined,
};

export const k3s: Facts = {
  ...common,
  version: "v1.36.3+k3s1",
  ingressClasses: [{ name: "traefik", controller: "traefik.io/ingress-controller", isDefault: true }],
  pods: [
    ...common.pods,
    pod(
      "kube-system",
      { "app.kubernetes.io/name": "traefik" },
      {
        images: ["docker.io/rancher/mirrored-library-traefik:3.6.1"],
        ports: [...https(8000, "web"), ...https(8443, "websecure")],
      },
    ),
  ],
  storageClasses: [
    {
      name: "local-path",
      isDefault: true,
      expands: false,
      provisioner: "rancher.io/local-path",
      reclaim: "Delete",
    },
  ],
  issuers: [{ name: "letsencrypt", ready: true }],
};

const nginx = { images: ["registry.k8s.io/ingress-nginx/controller:v1.13.3"], ports: https(443) };

/** With Calico, ingress-nginx on the nodes' network, and a cache of names on each node. */
export const kubeadmCalico: Facts = {
  ...common,
  ingressClasses: [{ name: "nginx", controller: "k8s.io/ingress-nginx", isDefault: false }],
  pods: [
    ...common.pods,
    pod(
      "ingress-nginx",
      { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller" },
      { ...nginx, onNode: true },
    ),
    pod(
      "kube-system",
      { "k8s-app": "node-local-dns" },
      { onNode: true, words: ["-localip", "169.254.20.10,10.96.0.10", "-conf", "/etc/Corefile"] },
    ),
  ],
  issuers: [
    { name: "essai", ready: true },
    { name: "letsencrypt", ready: true },
  ],
  trial: { ...trial, resolvers: ["10.96.0.10"] },
};

export const kubeadmCilium: Facts = {
  ...common,
  apiGroups: [...common.apiGroups, "cilium.io"],
  ingressClasses: [{ name: "cilium", controller: "cilium.io/ingress-controller", isDefault: false }],
  trial: { ...trial, podAddresses: ["10.42.0.9", "fd00:42::9"] },
};

export const rke2: Facts = {
  ...common,
  version: "v1.35.4+rke2r1",
  ingressClasses: [{ name: "nginx", controller: "k8s.io/ingress-nginx", isDefault: true }],
  pods: [
    ...common.pods,
    pod(
      "kube-system",
      {
        "app.kubernetes.io/name": "rke2-ingress-nginx",
        "app.kubernetes.io/component": "controller",
      },
      { images: ["rancher/nginx-ingress-controller:v1.13.3-hardened1"], ports: https(443) },
    ),
  ],
};

/** RKE2 with the controller that follows ingress-nginx. */
export const rke2Traefik: Facts = {
  ...common,
  version: "v1.36.1+rke2r1",
  ingressClasses: [{ name: "traefik", controller: "traefik.io/ingress-controller", isDefault: true }],
  pods: [
    ...common.pods,
    pod(
      "kube-system",
      { "app.kubernetes.io/name": "rke2-traefik" },
      { images: ["rancher/hardened-traefik:v3.6.16-build20260506"], ports: https(8443, "websecure") },
    ),
  ],
};

export const openshift: Facts = {
  ...common,
  ingressClasses: [
    { name: "openshift-default", controller: "openshift.io/ingress-to-route", isDefault: false },
  ],
  pods: [
    pod(
      "openshift-dns",
      { "dns.operator.openshift.io/daemonset-dns": "default" },
      { address: "10.128.0.4", ports: [{ name: "dns-tcp", port: 5353 }] },
    ),
    pod(
      "openshift-ingress",
      { "ingresscontroller.operator.openshift.io/deployment-ingresscontroller": "default" },
      { onNode: true, ports: https(443) },
    ),
  ],
  trial: { ...trial, resolvers: ["172.30.0.10"], nameServers: [{ address: "10.128.0.4", port: 5353 }] },
};

/** A managed cluster: the API server is not on a node, the network is Cilium, and the entrance is a chart of the user's. */
export const kapsule: Facts = {
  ...common,
  version: "v1.34.2",
  apiGroups: [...common.apiGroups, "cilium.io", "cert-manager.io"],
  apiServers: [{ address: "51.15.200.7", port: 443 }],
  ingressClasses: [{ name: "entree", controller: "traefik.io/ingress-controller", isDefault: false }],
  pods: [
    ...common.pods,
    pod(
      "entree",
      { "app.kubernetes.io/name": "traefik" },
      { images: ["docker.io/traefik:v3.6"], ports: https(9443, "websecure") },
    ),
  ],
  storageClasses: [
    { name: "sbs-5k", isDefault: false, expands: true, provisioner: "csi.scaleway.com", reclaim: "Delete" },
    {
      name: "sbs-default",
      isDefault: true,
      expands: true,
      provisioner: "csi.scaleway.com",
      reclaim: "Delete",
    },
  ],
  issuers: [],
};
