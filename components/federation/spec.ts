import type { Input } from "@pulumi/pulumi";
import type { ConfigMap, Metadata } from "../foundation/manifest/manifest.ts";
import type { NameServer } from "../foundation/network-policy/dns.ts";
import type { ApiServer, PeerPlaces } from "../foundation/network-policy/manifests.ts";
import type { Label } from "../foundation/seed/derive.ts";
import type { Descriptor } from "./descriptor.ts";
import type { SaidHead } from "./memory.ts";
import type { FederationPlan } from "./plan.ts";
import type { ToldLog } from "./told-log.ts";

/** The facts about pages made elsewhere that their server needs. */
interface ServedPages {
  /** The paths of its files below the domain. */
  paths: readonly string[];
  /** Mount path of the files in the publisher's pod. */
  folder: string;
  configMap(metadata: Metadata): ConfigMap;
}

/** A secret that lets the reconciler change what one service links. */
export interface Credential {
  /** Its file in the reconciler's pod. */
  file: string;
  /** Labels that it is derived from, if their change is to restart the reconciler. */
  labels: readonly Label[];
  value: Input<string>;
}

/** Everything that the objects of a commune's federation are made from. */
export interface FederationSpec extends FederationPlan {
  /** The commune's map, served with its descriptor. */
  map?: ServedPages | undefined;
  /** The commune's own pages, next to the first one of its domain. */
  portal?: ServedPages | undefined;
  /** Head of the commune's log of approvals; undefined if it is not known. */
  log?: SaidHead | undefined;
  /** Result of its log of recovery drills; undefined if there was no drill. */
  drills?: Descriptor["drills"];
  /** The log of approvals in the form of its page. */
  told?: ToldLog | undefined;
  peers: PeerPlaces;
  apiServer: ApiServer;
  /** Name servers of the cluster; kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Namespace of the Prometheus that may read the metrics. */
  monitoringNamespace: string | undefined;
  /** Labels that the secrets are derived from. */
  secretLabels: readonly string[];
}
