import pulumi from "@pulumi/pulumi";
import { register } from "../manifest/register.ts";
import type { Seed } from "../seed/index.ts";
import { marked, type NamespaceArgs, namespaceManifests, pullSecretCopy } from "./manifests.ts";

export interface NamespaceComponentArgs extends NamespaceArgs {
  /** Seed of the commune, which the namespace is marked with. */
  seed: Seed;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Content of the Secret with which images are pulled (`pullSecretFrom`); undefined if no log-in is needed. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** A service's namespace under the security baseline: nothing runs in it before the baseline is there. */
export class Namespace extends pulumi.ComponentResource {
  constructor(name: string, args: NamespaceComponentArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Namespace", name, {}, options);
    const [namespace, ...baseline] = namespaceManifests(args);
    const parent = register(name, marked(namespace, args.seed.fingerprint()), {
      parent: this,
      ...args.dataHolder,
    });
    for (const manifest of baseline) {
      register(`${args.commune}-${manifest.metadata.name}`, manifest, { parent: this, dependsOn: parent });
    }
    if (args.pullSecret) {
      const copy = pullSecretCopy(args, args.pullSecret);
      register(`${name}-${copy.metadata.name}`, copy, { parent: this, dependsOn: parent });
    }
    this.registerOutputs({});
  }
}
