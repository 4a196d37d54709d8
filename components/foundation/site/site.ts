import { type Mirrors, mirrorsIn } from "../image/reference.ts";
import type { NameServer } from "../network-policy/dns.ts";
import type { RequestSource } from "../network-policy/ingress.ts";
import type { ApiServer, NetworkPlugin, PeerPlaces } from "../network-policy/manifests.ts";
import { annotationsIn } from "./annotations.ts";
import { type IngressPresetName, ingressOf } from "./ingress.ts";
import { nameServersOf } from "./name-servers.ts";
import { nodeSelectorIn, type Scheduling, tolerationsIn } from "./scheduling.ts";
import type { SiteSettings } from "./settings.ts";

/** Source of the certificate of a public name. */
export type Certificate =
  | { from: "controller" }
  | { from: "cert-manager"; issuer: string }
  /** Somebody else puts it in each namespace. */
  | { from: "secret"; name: string }
  /** Each run copies it into each namespace. */
  | { from: "copy"; namespace: string; name: string };

export interface IngressSettings {
  /** Name of its preset. */
  kind: IngressPresetName;
  className: string;
  /** Sender of visitors' requests, as network policies name it. */
  source: RequestSource;
  certificate: Certificate;
  /** Annotations of every Ingress. */
  annotations?: Readonly<Record<string, string>>;
}

/** A Secret that is on the cluster already. */
interface SecretPlace {
  namespace: string;
  name: string;
}

/** A site as components use it. */
export interface Site {
  context: string | undefined;
  ingress: IngressSettings;
  /** Name servers of the cluster, as network policies name them. */
  dns: readonly NameServer[];
  networkPlugin: NetworkPlugin;
  storageClass: string | undefined;
  /** Private address ranges (CIDR) in which peers are found. */
  privatePeers: readonly string[];
  /** Private address ranges (CIDR) in which declared web servers are found. */
  privateEndpoints: readonly string[];
  /** Public address ranges (CIDR) that are the cluster's own. */
  clusterRanges: readonly string[];
  /** Certificate authority of peers, PEM, beside the system's. */
  authority: string | undefined;
  /** Port of the Kubernetes API, as pods reach it. */
  apiPort: number;
  /** Namespace of the Prometheus that may read metrics; nobody when absent. */
  monitoringNamespace: string | undefined;
  /** Labels by which that Prometheus' operator selects rules and monitors. */
  monitoringLabels: Readonly<Record<string, string>>;
  /** Mirrors from which the cluster gets images. */
  registryMirrors: Mirrors;
  /** Secret with which it may pull images; undefined if no log-in is needed. */
  registryLogin: SecretPlace | undefined;
  /** On which nodes pods run. */
  scheduling: Scheduling;
  /** Number of nodes that may run pods. */
  nodes: number;
  /** Namespace of the operator that keeps PostgreSQL on several nodes. */
  operatorNamespace: string;
  /** Number of this site among the commune's, from 1 on. */
  incarnation: number;
  /** False where deleting the stack must not delete what citizens wrote. */
  dataIsDisposable: boolean;
  /** Fingerprint of the seed of which shares on paper were tried. */
  seedKept: string | undefined;
}

/** Turns a stack's settings into a site. */
export function siteOf(settings: SiteSettings): Site {
  return {
    context: settings.context,
    ingress: {
      kind: settings.ingress,
      ...ingressOf(settings),
      certificate: certificateOf(settings.certificate),
      annotations: annotationsIn(settings.ingressAnnotations ?? "{}") ?? {},
    },
    dns: nameServersOf(settings.dns) ?? [],
    // Where Cilium's own controller is, so is its network.
    networkPlugin: settings.ingress === "cilium" ? "cilium" : settings.networkPlugin,
    storageClass: settings.storageClass,
    privatePeers: settings.privatePeers?.split(",") ?? [],
    privateEndpoints: settings.privateEndpoints?.split(",") ?? [],
    clusterRanges: settings.clusterRanges?.split(",") ?? [],
    authority: settings.authority,
    apiPort: settings.apiPort,
    monitoringNamespace: settings.monitoringNamespace,
    monitoringLabels: nodeSelectorIn(settings.monitoringLabels ?? "") ?? {},
    registryMirrors: mirrorsIn(settings.registryMirror ?? "") ?? {},
    registryLogin: secretPlace(settings.registryLogin),
    scheduling: {
      nodeSelector: nodeSelectorIn(settings.nodeSelector ?? "") ?? {},
      tolerations: tolerationsIn(settings.tolerations ?? "") ?? [],
      priorityClass: settings.priorityClass,
    },
    nodes: settings.nodes,
    operatorNamespace: settings.operatorNamespace,
    incarnation: settings.incarnation,
    dataIsDisposable: settings.data === "disposable",
    seedKept: settings.seedKept,
  };
}

/** Returns the places of peers, as seen from a site. */
export function peersOf(site: Site): PeerPlaces {
  const { privatePeers, privateEndpoints, clusterRanges, authority, ingress } = site;
  return { privatePeers, privateEndpoints, clusterRanges, authority, ingress: ingress.source };
}

/** Returns the places for a site that must reach nobody: a copy in a drill. */
export function closedPlaces(site: Site): PeerPlaces {
  return { ...peersOf(site), privatePeers: [], privateEndpoints: [], internet: "closed" };
}

/** The Kubernetes API of a site. */
export function apiServerOf({ apiPort: port, networkPlugin }: Site): ApiServer {
  return { port, networkPlugin };
}

function secretPlace(written: string | undefined): SecretPlace | undefined {
  const [namespace, name] = written?.split("/") ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function certificateOf(written: string): Certificate {
  if (written === "controller") return { from: "controller" };
  const [from, rest = ""] = written.split(":");
  if (from === "cert-manager") return { from, issuer: rest };
  const [name = "", namespace] = rest.split("/").reverse();
  return namespace === undefined ? { from: "secret", name } : { from: "copy", namespace, name };
}
