import { type ChildOptions, register } from "../../foundation/manifest/register.ts";
import type { RequestSource } from "../../foundation/network-policy/ingress.ts";
import type { IngressProvider, PublicName, ServiceExposure } from "./contract.ts";
import { exposureService } from "./manifests.ts";

/** Lets nobody in: pods have their Service, and no public name leads to it. For a copy in a drill (docs/drill.md). */
export class ClosedDoor implements IngressProvider {
  /** @param source who would pass requests on, as network policies name it. */
  constructor(readonly source: RequestSource) {}

  expose(name: string, asked: PublicName, options: ChildOptions): ServiceExposure {
    return { url: `https://${asked.host}`, ready: [register(name, exposureService(asked), options)] };
  }
}
