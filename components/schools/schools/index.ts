import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { Register } from "../../foundation/part/registered.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import { proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import { schoolsConfigMap, schoolsDeployment, schoolsHolders, schoolsWorkload } from "./manifests.ts";
import type { SchoolsPlan } from "./plan.ts";
import { packagesLabel } from "./secrets.ts";

/** Values of the stack that `commune schools publish` needs. */
export interface Publishing {
  url: string;
  /** 32 bytes in hexadecimal, from which the key of the package repository comes. They never reach the cluster. */
  packagesKey: string;
}

export interface SchoolResourcesArgs extends SchoolsPlan {
  seed: Seed;
  ingress: IngressProvider;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Shared resources of schools: libraries, lessons and packages for workstations, read by anybody without an account. */
export class SchoolResources extends NamespacedComponent {
  /** Public address. */
  readonly url: string;
  /** Resolves when it serves. */
  readonly done: pulumi.Output<string>;
  readonly publishing: pulumi.Output<Publishing>;

  constructor(name: string, args: SchoolResourcesArgs, options: pulumi.ComponentResourceOptions) {
    const { commune, host, ingress, seed } = args;
    super(name, { ...args, holders: schoolsHolders(args), guests: ingress.guests }, options);
    const config = this.add(schoolsConfigMap(args));
    const deployment = this.add(schoolsDeployment(args), {
      dependsOn: [this.namespace, config, ...this.volumes],
    });
    const workload = schoolsWorkload(commune);
    const exposure = ingress.expose(name, { workload, host, port: proxyPort }, this.inNamespace);
    this.url = exposure.url;
    this.done = deployment.id;
    this.publishing = pulumi.secret(
      seed.hex(packagesLabel).apply((packagesKey) => ({ url: exposure.url, packagesKey })),
    );
    this.registerOutputs({ url: this.url });
  }
}

/** Values of a commune that the shared resources of schools take. */
export interface SchoolsGiven {
  name: string;
  plan: { schools?: SchoolsPlan | undefined };
  shared: Omit<SchoolResourcesArgs, keyof SchoolsPlan>;
}

/** Registers what schools share. */
export const registerSchools: Register<SchoolsGiven> = ({ name, plan, shared }, options) => {
  if (plan.schools === undefined) return { outputs: { schools: {} } };
  const schools = new SchoolResources(`${name}-schools`, { ...shared, ...plan.schools }, options);
  return {
    components: { schools },
    addresses: { schools: schools.url },
    // Facts for publishing to schools: docs/schools.md.
    outputs: { schools: schools.publishing },
  };
};
