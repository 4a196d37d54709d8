import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { register } from "../../foundation/manifest/register.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFromMonitoring } from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import { vaultConfigMap, vaultDeployment, vaultHolders, vaultProgram, vaultWorkload } from "./manifests.ts";
import { type VaultPlan, vaultService } from "./plan.ts";
import { vaultMetricsPort, vaultPort } from "./settings.ts";

export interface VaultArgs extends VaultPlan {
  seed: Seed;
  ingress: IngressProvider;
  /** Name servers of the cluster; kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of everything that holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Credentials for pulling images, if the site names a secret for them. */
  pullSecret?: pulumi.Output<string> | undefined;
  /** Namespace of the Prometheus that may read the metrics. */
  monitoringNamespace: string | undefined;
}

/** A vault: another commune's encrypted copies, and the only access to them. */
export class Vault extends NamespacedComponent {
  /** Resolves when it serves. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: VaultArgs, options: pulumi.ComponentResourceOptions) {
    const { address: host, ingress, monitoringNamespace } = args;
    super(name, { ...args, holders: vaultHolders(args), guests: ingress.guests }, options);
    const workload = vaultWorkload(args);
    const program = bundleProgram("vault");
    const needs = [
      register(`${name}-settings`, vaultConfigMap(args), this.inNamespace),
      this.add(vaultProgram(args, program)),
      ...this.volumes,
    ];
    if (monitoringNamespace !== undefined)
      this.add(allowFromMonitoring(monitoringNamespace, workload, vaultMetricsPort));
    const deployment = register(`${name}-server`, vaultDeployment(args, program), {
      parent: this,
      dependsOn: [this.namespace, ...needs],
    });
    ingress.expose(name, { workload, host, port: vaultPort }, this.inNamespace);
    this.done = deployment.id;
    this.registerOutputs({});
  }
}

/** Inputs of a commune's vaults. */
export interface VaultsGiven {
  name: string;
  plan: { vaults?: readonly VaultPlan[] | undefined };
  shared: Omit<VaultArgs, keyof VaultPlan | "monitoringNamespace">;
  site: Pick<VaultArgs, "monitoringNamespace">;
}

/** Registers the vaults for other communes' encrypted copies. */
export const registerVaults: Register<VaultsGiven> = (
  { name, plan: { vaults = [] }, shared, site: { monitoringNamespace } },
  options,
) => ({
  components: Object.fromEntries(
    vaults.map((vault) => {
      const service = vaultService(vault.guest);
      return [
        service,
        new Vault(`${name}-${service}`, { ...shared, ...vault, monitoringNamespace }, options),
      ];
    }),
  ),
});
