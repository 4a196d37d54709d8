import pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { type ChildOptions, register } from "../../foundation/manifest/register.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import { allowFromIngressController, type RequestSource } from "../../foundation/network-policy/ingress.ts";
import { endConcern, hostConcern, type KeyPair } from "../../foundation/site/certificate.ts";
import type { IngressSettings } from "../../foundation/site/site.ts";
import type { IngressProvider, PublicName, ServiceExposure } from "./contract.ts";
import { certificateCopy, type ExposureSpec, exposureIngress, exposureService } from "./manifests.ts";
import { allowSolver, solverRoom } from "./solver.ts";

export interface ExposureArgs extends ExposureSpec {
  /** The site's certificate, where each run copies it. */
  certificate: pulumi.Output<KeyPair> | undefined;
}

/** The public name of a workload: its Service, its Ingress over TLS, and the network policy between the two. */
export class Exposure extends pulumi.ComponentResource implements ServiceExposure {
  readonly url: string;
  readonly ready: readonly pulumi.Resource[] = [this];

  constructor(name: string, args: ExposureArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Exposure", name, {}, options);
    const { workload, ingress, certificate } = args;
    this.url = `https://${args.host}`;
    const add = (manifest: Manifest) =>
      register(`${workload.commune}-${manifest.metadata.name}`, manifest, { parent: this });
    add(allowFromIngressController(ingress.source, workload, args.port));
    const before = [register(name, exposureService(args), { parent: this })];
    if (ingress.certificate.from === "cert-manager") before.push(add(allowSolver(ingress.source, args)));
    if (certificate) {
      const pair = { certificate: certificate.certificate, key: certificate.key };
      before.push(add(certificateCopy(args, pair)));
    }
    register(name, exposureIngress(args), { parent: this, dependsOn: before });
    this.registerOutputs({ url: this.url });
  }
}

/** The site's ingress controller. */
export class IngressController implements IngressProvider {
  readonly source: RequestSource;
  readonly guests: Guests | undefined;
  private readonly ingress: IngressSettings;
  private readonly certificate: pulumi.Output<KeyPair> | undefined;

  /** @param certificate what `commune:certificate secret:<namespace>/<name>` names; nothing elsewhere. */
  constructor(ingress: IngressSettings, certificate?: pulumi.Output<KeyPair>) {
    if (ingress.certificate.from === "copy" && certificate === undefined)
      throw new Error(
        "the site's certificate is to be copied, and was not given: it is the second argument of IngressController.",
      );
    this.ingress = ingress;
    this.source = ingress.source;
    this.guests = ingress.certificate.from === "cert-manager" ? solverRoom : undefined;
    this.certificate = certificate;
    this.warn((text) => endConcern(text, new Date()));
  }

  expose(name: string, asked: PublicName, options: ChildOptions): Exposure {
    const { ingress, certificate } = this;
    this.warn((text) => hostConcern(text, asked.host));
    return new Exposure(name, { ...asked, ingress, certificate }, options);
  }

  private warn(concern: (certificate: string) => string | undefined): void {
    const { certificate: where } = this.ingress;
    if (where.from !== "copy") return;
    this.certificate?.certificate.apply((text) => {
      const said = concern(text);
      if (said !== undefined)
        pulumi.log.warn(`The certificate in the Secret ${where.namespace}/${where.name} ${said}`);
    });
  }
}
