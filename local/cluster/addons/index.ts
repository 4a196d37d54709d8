import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import type { Network } from "../network.ts";
import type { Ports } from "../ports.ts";
import type { StaticImages } from "../static-images.ts";
import { coredns } from "./coredns.ts";
import { clusterAccess } from "./objects.ts";
import { storage } from "./storage.ts";
import { traefik } from "./traefik.ts";

export type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";

/** The deployments that must be ready before a cluster is up. */
export const addonDeployments = [
  { namespace: "kube-system", name: "coredns" },
  { namespace: "traefik", name: "traefik" },
  { namespace: "local-path-storage", name: "local-path-provisioner" },
] as const;

/** Every object that a cluster holds of its own: name server, ingress, storage, and kube-router's access. */
export function addons(options: {
  images: StaticImages;
  network: Network;
  domains: readonly string[];
  ports: Ports;
  certificate: { certificate: string; key: string };
}): KubernetesObject[] {
  return [
    ...kubeRouterAccess(),
    ...coredns(options.images.coredns.reference, options.network, options.domains),
    ...traefik(options.images.traefik.reference, options.network, options.ports, options.certificate),
    ...storage(options.images.volumes.reference),
  ];
}

/** Rights that kube-router, which runs beside the kubelet, needs to enforce network policies. */
function kubeRouterAccess(): KubernetesObject[] {
  const subject = { kind: "User", name: "kube-router", apiGroup: "rbac.authorization.k8s.io" };
  return clusterAccess("commune:kube-router", subject, [
    {
      apiGroups: [""],
      resources: ["namespaces", "pods", "services", "nodes", "endpoints"],
      verbs: ["get", "list", "watch"],
    },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "get", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
  ]);
}
