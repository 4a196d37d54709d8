import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import { mailPassword } from "../mail/plan.ts";
import {
  type MonitoringSpec,
  monitoringConfigMap,
  monitoringDeployment,
  monitoringHolders,
  monitoringNetworkPolicies,
  monitoringSecret,
} from "./manifests.ts";
import { type MonitoringPlan, monitoringService } from "./plan.ts";
import { metricsOf, type Targets } from "./targets.ts";
import { metricsService } from "./workloads.ts";

interface MonitoringArgs {
  plan: MonitoringPlan;
  targets: Targets;
  places: PeerPlaces;
  seed: Seed;
  /** The relay's password, where it wants a login. */
  relayPassword: pulumi.Output<string> | undefined;
  /** What is watched: openings and names are made in its namespaces. */
  after: readonly pulumi.Resource[];
  dns?: readonly NameServer[] | undefined;
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Who watches over a commune, and tells people by mail. */
class Monitoring extends NamespacedComponent {
  /** Resolves when it watches. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: MonitoringArgs, options: pulumi.ComponentResourceOptions) {
    const { plan, seed, relayPassword, after } = args;
    super(name, { ...args, holders: monitoringHolders(plan), dataHolder: {} }, options);
    const secretLabels = relayPassword === undefined ? [] : [seed.givenLabel(mailPassword)];
    const spec: MonitoringSpec = { ...plan, ...args, secretLabels };
    const { own, atTargets } = monitoringNetworkPolicies(spec);
    const named = metricsOf(args.targets).filter(({ through }) => through === undefined);
    const needs = [
      register(`${name}-settings`, monitoringConfigMap(spec), this.inNamespace),
      ...(relayPassword === undefined
        ? []
        : [register(`${name}-secrets`, monitoringSecret(plan, relayPassword), this.inNamespace)]),
      ...this.volumes,
      ...own.map((policy) => this.add(policy)),
      ...[...atTargets, ...named.map(metricsService)].map((manifest) => this.addElsewhere(manifest, after)),
    ];
    const deployment = register(`${name}-server`, monitoringDeployment(spec), {
      parent: this,
      dependsOn: [this.namespace, ...needs],
    });
    this.done = deployment.id;
    this.registerOutputs({});
  }

  /** What stands in the namespace of what is watched. */
  private addElsewhere(manifest: Manifest, after: readonly pulumi.Resource[]): pulumi.Resource {
    return this.add(manifest, { dependsOn: [...after] });
  }
}

/** What monitoring is given of a commune. */
export interface MonitoringGiven {
  name: string;
  plan: { monitoring?: MonitoringPlan | undefined };
  shared: Pick<MonitoringArgs, "seed" | "dns" | "pullSecret"> & { peers: PeerPlaces; given: GivenSecrets };
  /** What can be watched of the plan. */
  targets: Targets;
  /** What else was registered of the commune. */
  after: readonly pulumi.Resource[];
}

/** Registers what watches over a commune. */
export const registerMonitoring: Register<MonitoringGiven> = (
  { name, plan: { monitoring }, shared, targets, after },
  options,
) => {
  if (monitoring === undefined) return {};
  const relayPassword = monitoring.letters?.mail.user === undefined ? undefined : shared.given(mailPassword);
  const args = { ...shared, places: shared.peers, plan: monitoring, targets, relayPassword, after };
  return {
    components: { [monitoringService]: new Monitoring(`${name}-${monitoringService}`, args, options) },
  };
};
