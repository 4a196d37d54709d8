import pulumi from "@pulumi/pulumi";
import { stableName } from "../manifest/job.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import type { Guests } from "../namespace/manifests.ts";
import type { NameServer } from "../network-policy/dns.ts";
import type { Seed } from "../seed/index.ts";
import type { DataHolders } from "../site/data-holders.ts";
import { volumeClaim } from "../volume/manifests.ts";

/** Values that a component needs for its namespace and the volumes in it. */
export interface NamespacedArgs {
  holders: DataHolders;
  /** Seed of the commune, which the namespace is marked with. */
  seed: Seed;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  guests?: Guests | undefined;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** A component whose objects stand in one namespace. */
export class NamespacedComponent extends pulumi.ComponentResource {
  protected readonly namespace: Namespace;
  /** Options of what stands in the namespace: a child of the component, made after the namespace. */
  protected readonly inNamespace: ChildOptions;
  protected readonly volumes: readonly pulumi.CustomResource[];
  protected readonly commune: string;

  constructor(
    name: string,
    { holders, seed, dataHolder, guests, dns, pullSecret }: NamespacedArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super(holders.component, name, {}, options);
    this.commune = holders.namespace.commune;
    this.namespace = new Namespace(
      name,
      { ...holders.namespace, seed, dataHolder, guests, dns, pullSecret },
      { parent: this },
    );
    this.inNamespace = { parent: this, dependsOn: [this.namespace] };
    this.volumes = holders.volumes.map((volume) =>
      this.add(volumeClaim(volume), volume.retirement?.data === "released" ? {} : dataHolder),
    );
  }

  /**
   * Registers an object of the namespace. Its logical name is the commune's id and the object's own name.
   *
   * @param options whatever differs from {@link inNamespace}.
   */
  protected add(manifest: Manifest, options: Partial<ChildOptions> = {}): pulumi.CustomResource {
    return register(`${this.commune}-${stableName(manifest)}`, manifest, { ...this.inNamespace, ...options });
  }
}
