import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../foundation/component/index.ts";
import { register } from "../foundation/manifest/register.ts";
import type { NameServer } from "../foundation/network-policy/dns.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { type PlannedVolume, volumeClaim } from "../foundation/volume/manifests.ts";

export interface RetiredServiceArgs extends DataHolders {
  seed: Seed;
  /** Who answers for names in the cluster: kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/**
 * What is left of a service that was retired: its namespace under the security baseline, and its volumes. It has the
 * type and the names of the service that it was, so that to the engine nothing left and nothing came.
 */
export class RetiredService extends NamespacedComponent {
  /** Resolves when all that holds its data is as declared. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: RetiredServiceArgs, options: pulumi.ComponentResourceOptions) {
    super(name, { ...args, holders: args }, options);
    const { queue, dataHolder } = args;
    const caches = queue ? [new RetiredCache(`${name}-cache`, queue, dataHolder, this.inNamespace)] : [];
    this.done = pulumi.all([...this.volumes, ...caches.map(({ volume }) => volume)].map(({ id }) => id));
    this.registerOutputs({});
  }
}

/** What is left of a service's cache: the volume with what waited in it. */
class RetiredCache extends pulumi.ComponentResource {
  readonly volume: pulumi.CustomResource;

  constructor(
    name: string,
    volume: PlannedVolume,
    dataHolder: pulumi.CustomResourceOptions,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:Cache", name, {}, options);
    this.volume = register(name, volumeClaim(volume), { parent: this, ...dataHolder });
    this.registerOutputs({});
  }
}
