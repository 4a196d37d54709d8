import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { refuse } from "../../foundation/refuse.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import type { Site } from "../../foundation/site/site.ts";
import { mailPassword } from "../mail/plan.ts";
import {
  type MonitoringSpec,
  monitoringConfigMap,
  monitoringDeployment,
  monitoringHolders,
  monitoringNetworkPolicies,
  monitoringSecret,
} from "./manifests.ts";
import {
  type ClusterPrometheus,
  clusterPolicies,
  dashboard,
  operatorObjects,
  proberService,
} from "./operator.ts";
import { type MonitoringPlan, monitoringService } from "./plan.ts";
import { metricsOf, type Targets } from "./targets.ts";
import { metricsService } from "./workloads.ts";

interface MonitoringArgs {
  plan: MonitoringPlan;
  targets: Targets;
  places: PeerPlaces;
  /** undefined if the commune has a Prometheus of its own. */
  cluster: ClusterPrometheus | undefined;
  seed: Seed;
  /** The relay's password, where it wants a login. */
  relayPassword: pulumi.Output<string> | undefined;
  /** Watched items: openings and names are made in their namespaces. */
  after: readonly pulumi.Resource[];
  dns?: readonly NameServer[] | undefined;
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Monitoring of a commune, which tells people by mail. */
class Monitoring extends NamespacedComponent {
  /** Resolves when it watches. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: MonitoringArgs, options: pulumi.ComponentResourceOptions) {
    const { plan, seed, relayPassword, after } = args;
    super(name, { ...args, holders: monitoringHolders(plan), dataHolder: {} }, options);
    const secretLabels = relayPassword === undefined ? [] : [seed.givenLabel(mailPassword)];
    const spec: MonitoringSpec = { ...plan, ...args, secretLabels };
    const { own, atTargets } = monitoringNetworkPolicies(spec);
    const elsewhere = [...atTargets, ...this.ways(args)];
    const needs = [
      register(`${name}-settings`, monitoringConfigMap(spec), this.inNamespace),
      ...(relayPassword === undefined
        ? []
        : [register(`${name}-secrets`, monitoringSecret(plan, relayPassword), this.inNamespace)]),
      ...this.volumes,
      ...own.map((policy) => this.add(policy)),
      // In the namespaces of what is watched.
      ...elsewhere.map((manifest) => this.add(manifest, { dependsOn: [...after] })),
    ];
    const deployment = register(`${name}-server`, monitoringDeployment(spec), {
      parent: this,
      dependsOn: [this.namespace, ...needs],
    });
    this.done = deployment.id;
    this.registerOutputs({});
  }

  /** Registers what leads a Prometheus to its targets: names for the commune's own, objects of the operator for the cluster's. */
  private ways({ plan, targets, cluster }: MonitoringArgs): Manifest[] {
    if (cluster === undefined)
      return metricsOf(targets)
        .filter(({ through }) => through === undefined)
        .map(metricsService);
    return [
      proberService(plan),
      ...clusterPolicies(plan, targets, cluster),
      ...operatorObjects(plan, targets, cluster),
      dashboard(plan),
    ];
  }
}

/** Values of a commune that monitoring takes. */
export interface MonitoringGiven {
  name: string;
  plan: { monitoring?: MonitoringPlan | undefined };
  shared: Pick<MonitoringArgs, "seed" | "dns" | "pullSecret"> & { peers: PeerPlaces; given: GivenSecrets };
  site: Pick<Site, "monitoringNamespace" | "monitoringLabels">;
  /** Watchable items of the plan. */
  targets: Targets;
  /** Other registered components of the commune. */
  after: readonly pulumi.Resource[];
}

/** Registers what watches over a commune. */
export const registerMonitoring: Register<MonitoringGiven> = (
  { name, plan: { monitoring }, shared, site, targets, after },
  options,
) => {
  if (monitoring === undefined) return {};
  const relayPassword = monitoring.letters?.mail.user === undefined ? undefined : shared.given(mailPassword);
  const cluster = monitoring.keepHours === undefined ? clusterPrometheus(name, site) : undefined;
  const args = { ...shared, places: shared.peers, plan: monitoring, targets, cluster, relayPassword, after };
  return {
    components: { [monitoringService]: new Monitoring(`${name}-${monitoringService}`, args, options) },
  };
};

/** The Prometheus that a site names. Stops the program with a sentence if it names none: nothing has reached the engine then. */
export function clusterPrometheus(
  stack: string,
  { monitoringNamespace: namespace, monitoringLabels: labels }: MonitoringGiven["site"],
): ClusterPrometheus {
  if (namespace === undefined)
    return refuse(
      `${stack}: monitoring.use is "cluster", and the stack does not say where the Prometheus of the cluster is. Write "own", or set its namespace: npx pulumi config set commune:monitoringNamespace <namespace> -s ${stack} (docs/monitoring.md). Nothing was changed.`,
    );
  return { namespace, labels };
}
