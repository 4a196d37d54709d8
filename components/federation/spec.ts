import type { Input } from "@pulumi/pulumi";
import type { ConfigMap, Metadata } from "../foundation/manifest/manifest.ts";
import type { NameServer } from "../foundation/network-policy/dns.ts";
import type { ApiServer, PeerPlaces } from "../foundation/network-policy/manifests.ts";
import type { Label } from "../foundation/seed/derive.ts";
import type { Descriptor } from "./descriptor.ts";
import type { SaidHead } from "./memory.ts";
import type { FederationPlan } from "./plan.ts";
import type { ToldLog } from "./told-log.ts";

/** Pages that are made elsewhere, as far as who serves them needs to know. */
interface ServedPages {
  /** The paths of its files below the domain. */
  paths: readonly string[];
  /** Where the publisher finds the files. */
  folder: string;
  configMap(metadata: Metadata): ConfigMap;
}

/** A secret that lets the reconciler change what one service links. */
export interface Credential {
  /** Its file in the reconciler's pod. */
  file: string;
  /** What it is derived from, where a change of that is to restart the reconciler. */
  labels: readonly Label[];
  value: Input<string>;
}

/** Everything that decides what the federation of a commune is made of. */
export interface FederationSpec extends FederationPlan {
  /** The commune's map, which is served with its descriptor. */
  map?: ServedPages | undefined;
  /** The commune's own pages, beside the first one of its domain. */
  portal?: ServedPages | undefined;
  /** The head of the commune's log of approvals, where it is known. */
  log?: SaidHead | undefined;
  /** What its log of recovery drills comes to; nothing where there was none. */
  drills?: Descriptor["drills"];
  /** The same log as its page tells it. */
  told?: ToldLog | undefined;
  peers: PeerPlaces;
  apiServer: ApiServer;
  /** Who answers for names in the cluster: kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Namespace of the Prometheus that may read the metrics. */
  monitoringNamespace: string | undefined;
  /** Labels that the secrets are derived from. */
  secretLabels: readonly string[];
}
