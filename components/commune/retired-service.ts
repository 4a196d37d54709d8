import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../foundation/component/index.ts";
import { register } from "../foundation/manifest/register.ts";
import type { NameServer } from "../foundation/network-policy/dns.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { type PlannedVolume, volumeClaim } from "../foundation/volume/manifests.ts";

export interface RetiredServiceArgs extends DataHolders {
  seed: Seed;
  /** Name servers of the cluster; kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of everything that holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/**
 * The rest of a retired service: its namespace under the security baseline, and its volumes. It has the type and the
 * names of the former service, so that the engine sees nothing removed and nothing added.
 */
export class RetiredService extends NamespacedComponent {
  /** Resolves once all its data holders are as declared. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: RetiredServiceArgs, options: pulumi.ComponentResourceOptions) {
    super(name, { ...args, holders: args }, options);
    const { queue, dataHolder } = args;
    const caches = queue ? [new RetiredCache(`${name}-cache`, queue, dataHolder, this.inNamespace)] : [];
    this.done = pulumi.all([...this.volumes, ...caches.map(({ volume }) => volume)].map(({ id }) => id));
    this.registerOutputs({});
  }
}

/** The rest of a service's cache: the volume with queued work. */
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
