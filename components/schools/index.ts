import pulumi from "@pulumi/pulumi";
import type { Entrance } from "../exposure/contract.ts";
import { frontPort } from "../exposure/front.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import type { Label } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import {
  schoolsConfigMap,
  schoolsDeployment,
  schoolsQuota,
  schoolsVolume,
  schoolsWorkload,
} from "./manifests.ts";
import type { SchoolsPlan } from "./plan.ts";

/** Label of the secret that the key of the package repository comes from. */
export const packagesLabel: Label = { service: "schools", purpose: "packages-key", version: 1 };

/** What `commune schools publish` needs of the stack. */
export interface Publishing {
  url: string;
  /** 32 bytes in hexadecimal, from which the key of the package repository comes. They never reach the cluster. */
  packagesKey: string;
}

export interface SchoolResourcesArgs extends SchoolsPlan {
  seed: Seed;
  entrance: Entrance;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** What schools share: libraries, lessons and packages for workstations, read by anybody without an account. */
export class SchoolResources extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when it serves. */
  readonly done: pulumi.Output<string>;
  readonly publishing: pulumi.Output<Publishing>;

  constructor(name: string, args: SchoolResourcesArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:SchoolResources", name, {}, options);
    const { commune, host, entrance, dataHolder, seed } = args;
    const workload = schoolsWorkload(commune);
    const namespace = new Namespace(
      name,
      { commune, service: "schools", data: workload.data, quota: schoolsQuota(args), dataHolder },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });
    const config = add(schoolsConfigMap(args));
    const volume = add(schoolsVolume(args), dataHolder);
    const deployment = add(schoolsDeployment(args), { dependsOn: [namespace, config, volume] });
    const exposure = entrance.expose(name, { workload, host, port: frontPort }, inNamespace);
    this.url = exposure.url;
    this.done = deployment.id;
    this.publishing = pulumi.secret(
      seed.hex(packagesLabel).apply((packagesKey) => ({ url: exposure.url, packagesKey })),
    );
    this.registerOutputs({ url: this.url });
  }
}
