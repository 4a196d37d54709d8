import pulumi from "@pulumi/pulumi";
import { register } from "../manifest/register.ts";
import { allowFromIngressController } from "../network-policy/manifests.ts";
import { type ExposureSpec, exposureIngress, exposureService } from "./manifests.ts";

/** The public name of a workload: its Service, its Ingress over TLS, and the network opening between the two. */
export class Exposure extends pulumi.ComponentResource {
  /** Public address, without a final slash. */
  readonly url: string;

  constructor(name: string, args: ExposureSpec, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Exposure", name, {}, options);
    this.url = `https://${args.host}`;
    const opening = allowFromIngressController(args.ingress.namespace, args.workload, args.port);
    register(`${args.workload.commune}-${opening.metadata.name}`, opening, { parent: this });
    const service = register(name, exposureService(args), { parent: this });
    register(name, exposureIngress(args), { parent: this, dependsOn: service });
    this.registerOutputs({ url: this.url });
  }
}
