import pulumi from "@pulumi/pulumi";
import { register } from "../manifest/register.ts";
import { type NamespaceArgs, namespaceManifests } from "./manifests.ts";

/** A service's namespace under the security floor: nothing runs in it before the floor is there. */
export class Namespace extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: NamespaceArgs & { dataHolder: pulumi.CustomResourceOptions },
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:Namespace", name, {}, options);
    const [namespace, ...floor] = namespaceManifests(args);
    const parent = register(name, namespace, { parent: this, ...args.dataHolder });
    for (const manifest of floor) {
      register(`${args.commune}-${manifest.metadata.name}`, manifest, { parent: this, dependsOn: parent });
    }
    this.registerOutputs({});
  }
}
