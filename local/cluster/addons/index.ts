import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import type { Network } from "../network.ts";
import type { Ports } from "../ports.ts";
import type { StaticImages } from "../static-images.ts";
import { coredns } from "./coredns.ts";
import { clusterAccess } from "./objects.ts";
import { onTwoNodes } from "./several.ts";
import { storage, storageOfEachNode } from "./storage.ts";
import { traefik } from "./traefik.ts";

export type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";

/** A workload of the cluster's own. */
export interface AddonWorkload {
  namespace: string;
  name: string;
  /** Number of its pods, one on each node; undefined if it is a Deployment, which says itself. */
  pods?: number;
}

/** The workloads that must be ready before a cluster of so many nodes is up. */
export function addonWorkloads(nodes: number): AddonWorkload[] {
  return [
    { namespace: "kube-system", name: "coredns" },
    { namespace: "traefik", name: "traefik" },
    { namespace: "local-path-storage", name: "local-path-provisioner", ...(nodes > 1 && { pods: nodes }) },
  ];
}

/** Every object that a cluster holds of its own: name server, ingress, storage, and kube-router's access. */
export function addons(options: {
  images: StaticImages;
  network: Network;
  domains: readonly string[];
  ports: Ports;
  certificate: { certificate: string; key: string };
  nodes: number;
}): KubernetesObject[] {
  const { images, network, domains, ports, certificate, nodes } = options;
  const servers = [
    ...coredns(images.coredns.reference, network, domains),
    ...traefik(images.traefik.reference, network, ports, certificate),
  ];
  return [
    ...kubeRouterAccess(),
    ...(nodes > 1 ? servers.flatMap(onTwoNodes) : servers),
    ...(nodes > 1 ? storageOfEachNode : storage)(images.volumes.reference),
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
