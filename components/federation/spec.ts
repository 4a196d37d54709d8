import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { Metadata } from "../manifest/manifest.ts";
import type { MapPlan } from "../map/plan.ts";
import type { PeerPlaces } from "../network-policy/manifests.ts";
import type { Link } from "./links.ts";
import type { OwnService, ReconcilerSettings } from "./settings.ts";

/** A commune among the others: what it publishes of itself, whom it declares, and its reconciler. */
export interface FederationPlan {
  settings: ReconcilerSettings;
  links: Link[];
  /** The commune's map, which is served with its descriptor. */
  map?: MapPlan | undefined;
}

/** Everything that decides what the federation of a commune is made of. */
export interface FederationSpec extends FederationPlan {
  peers: PeerPlaces;
  /** Port of the Kubernetes API, as pods reach it. */
  apiPort: number;
  /** Namespace of the Prometheus that may read the metrics. */
  monitoringNamespace: string | undefined;
  /** Labels that the secrets are derived from. */
  secretLabels: readonly string[];
}

/** Name of every object of the reconciler in its namespace. */
export const reconcilerName = "federation";

/** The reconciler's pod. */
export function reconcilerWorkload(commune: string): Workload {
  return {
    commune,
    service: "federation",
    component: "reconciler",
    software: "commune-cloud",
    // It knows other communes' public names, and no person.
    data: "none",
  };
}

export function metadataOf(commune: string, name: string): Metadata {
  const workload = reconcilerWorkload(commune);
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}

/** The workload of a service that the reconciler speaks to, inside the cluster. */
export function serviceWorkload(commune: string, kind: OwnService["kind"]): Workload {
  const service = { documents: "nextcloud", microblog: "mastodon", video: "peertube" }[kind];
  return { commune, service, component: "web", software: service, data: "none" };
}
