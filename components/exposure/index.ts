import pulumi from "@pulumi/pulumi";
import { type ChildOptions, register } from "../manifest/register.ts";
import { allowFromIngressController } from "../network-policy/manifests.ts";
import type { IngressSettings } from "../site/site.ts";
import type { Entrance, PublicName, ServiceExposure } from "./contract.ts";
import { type ExposureSpec, exposureIngress, exposureService } from "./manifests.ts";

/** The public name of a workload: its Service, its Ingress over TLS, and the network opening between the two. */
export class Exposure extends pulumi.ComponentResource implements ServiceExposure {
  readonly url: string;
  readonly ready: readonly pulumi.Resource[] = [this];

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

/** The site's ingress controller. */
export class IngressController implements Entrance {
  readonly namespace: string;
  private readonly ingress: IngressSettings;

  constructor(ingress: IngressSettings) {
    this.ingress = ingress;
    this.namespace = ingress.namespace;
  }

  expose(name: string, asked: PublicName, options: ChildOptions): Exposure {
    return new Exposure(name, { ...asked, ingress: this.ingress }, options);
  }
}
