import pulumi from "@pulumi/pulumi";
import { frontPort } from "../exposure/front.ts";
import { Exposure } from "../exposure/index.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import type { IngressSettings } from "../site/site.ts";
import {
  schoolsConfigMap,
  schoolsDeployment,
  schoolsQuota,
  schoolsVolume,
  schoolsWorkload,
} from "./manifests.ts";
import type { SchoolsPlan } from "./plan.ts";

export interface SchoolResourcesArgs extends SchoolsPlan {
  ingress: IngressSettings;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** What schools share: libraries, lessons and packages for workstations, read by anybody without an account. */
export class SchoolResources extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when it serves. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: SchoolResourcesArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:SchoolResources", name, {}, options);
    const { commune, host, ingress, dataHolder } = args;
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
    const exposure = new Exposure(name, { workload, host, port: frontPort, ingress }, inNamespace);
    this.url = exposure.url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }
}
