import pulumi from "@pulumi/pulumi";
import { register } from "../foundation/manifest/register.ts";
import type { Link } from "./links.ts";
import { linkConfigMap } from "./manifests.ts";

/** This commune's side of its link with one peer. It opens once the peer declares it too. */
export class FederationLink extends pulumi.ComponentResource {
  constructor(name: string, args: { commune: string; link: Link }, options: pulumi.ComponentResourceOptions) {
    super("commune:index:FederationLink", name, {}, options);
    register(name, linkConfigMap(args.commune, args.link), { parent: this });
    this.registerOutputs({});
  }
}
