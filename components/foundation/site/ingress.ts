import type { RequestSource } from "../network-policy/ingress.ts";

/** A kind of ingress controller, as it is usually installed. */
export interface IngressPreset {
  /** Class of its Ingresses. */
  className: string;
  source: RequestSource;
}

const named = (name: string) => ({ "kubernetes.io/metadata.name": name });
const called = (name: string) => ({ "app.kubernetes.io/name": name });
/** ingress-nginx gives its name to the Jobs of its webhook and to its default backend too: the controller is told apart. */
const nginx = (name: string) => ({ ...called(name), "app.kubernetes.io/component": "controller" });
const pods = { by: "pods", nodes: [] } as const;

/**
 * Ingress controllers as they come, by the name of the preset. Ports are those of the pods, which policies see, not those
 * of the Service; a port of the node (k3s, RKE2) leads to them before policies are asked. Read in these charts and
 * manifests in November 2026.
 */
export const ingressPresets = {
  // https://github.com/traefik/traefik-helm-chart/blob/master/traefik/values.yaml (ports.websecure)
  traefik: { className: "traefik", source: { ...pods, namespace: named("traefik"), labels: {}, port: 8443 } },
  // https://github.com/k3s-io/k3s/blob/master/manifests/traefik.yaml, the same chart, with its ports.
  k3s: {
    className: "traefik",
    source: { ...pods, namespace: named("kube-system"), labels: called("traefik"), port: 8443 },
  },
  // https://github.com/kubernetes/ingress-nginx/blob/main/deploy/static/provider/baremetal/deploy.yaml
  "ingress-nginx": {
    className: "nginx",
    source: { ...pods, namespace: named("ingress-nginx"), labels: nginx("ingress-nginx"), port: 443 },
  },
  // https://github.com/rancher/rke2-charts/tree/main-source/packages/rke2-ingress-nginx: the chart under another name.
  "rke2-ingress-nginx": {
    className: "nginx",
    source: { ...pods, namespace: named("kube-system"), labels: nginx("rke2-ingress-nginx"), port: 443 },
  },
  // https://github.com/rancher/rke2-charts/tree/main-source/packages/rke2-traefik: as above.
  "rke2-traefik": {
    className: "traefik",
    source: { ...pods, namespace: named("kube-system"), labels: called("rke2-traefik"), port: 8443 },
  },
  // https://github.com/haproxytech/kubernetes-ingress/blob/master/deploy/haproxy-ingress.yaml
  haproxy: {
    className: "haproxy",
    // This and the chart (haproxytech/helm-charts) label pods in two ways; nothing else is in the namespace.
    source: { ...pods, namespace: named("haproxy-controller"), labels: {}, port: 8443 },
  },
  // https://github.com/openshift/cluster-ingress-operator/tree/master/pkg/manifests/assets/router
  openshift: {
    className: "openshift-default",
    // The label is on the router's namespace, and on the one that stands for the nodes' network where it uses that.
    source: {
      ...pods,
      namespace: { "policy-group.network.openshift.io/ingress": "" },
      labels: {},
      port: 443,
    },
  },
  // https://docs.cilium.io/en/stable/network/servicemesh/ingress-and-network-policy/ (the entity "ingress")
  cilium: { className: "cilium", source: { by: "cilium" } },
} as const satisfies Record<string, IngressPreset>;

export type IngressPresetName = keyof typeof ingressPresets;
export const ingressPresetNames = Object.keys(ingressPresets) as [IngressPresetName, ...IngressPresetName[]];

/** Settings of a site's ingress controller beside the preset. */
export interface IngressChoice {
  ingress: IngressPresetName;
  ingressClass?: string | undefined;
  ingressNamespace?: string | undefined;
  ingressPort?: number | undefined;
  ingressNodes?: string | undefined;
}

/** The controller of a site: its preset, with what the site says otherwise. Of another namespace every pod counts. */
export function ingressOf(choice: IngressChoice): IngressPreset {
  const preset: IngressPreset = ingressPresets[choice.ingress];
  const className = choice.ingressClass ?? preset.className;
  const { source } = preset;
  if (source.by === "cilium") return { className, source };
  const { ingressNamespace, ingressPort, ingressNodes } = choice;
  return {
    className,
    source: {
      ...source,
      ...(ingressNamespace === undefined ? {} : { namespace: named(ingressNamespace), labels: {} }),
      port: ingressPort ?? source.port,
      nodes: ingressNodes?.split(",") ?? source.nodes,
    },
  };
}
