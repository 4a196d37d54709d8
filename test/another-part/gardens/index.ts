import type pulumi from "@pulumi/pulumi";
import { type NamespacedArgs, NamespacedComponent } from "../../../components/foundation/component/index.ts";
import type { Register } from "../../../components/foundation/part/registered.ts";
import type { IngressProvider } from "../../../components/platform/exposure/contract.ts";
import {
  gardenersKey,
  gardensDeployment,
  gardensHolders,
  gardensSecret,
  port,
  workload,
} from "./manifests.ts";
import type { GardensPlan } from "./plan.ts";

interface Shared extends Pick<NamespacedArgs, "seed" | "dataHolder" | "dns" | "pullSecret"> {
  ingress: IngressProvider;
}

/** The plots that a commune lends. */
class Gardens extends NamespacedComponent {
  readonly url: string;
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: GardensPlan & Shared, options: pulumi.ComponentResourceOptions) {
    const { commune, host, ingress, seed } = args;
    super(name, { ...args, holders: gardensHolders(args), guests: ingress.guests }, options);
    const secret = this.add(gardensSecret(commune, seed.secret(gardenersKey)));
    const deployment = this.add(gardensDeployment(args), {
      dependsOn: [this.namespace, secret, ...this.volumes],
    });
    this.url = ingress.expose(name, { workload: workload(commune), host, port }, this.inNamespace).url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }
}

export interface GardensGiven {
  name: string;
  plan: { gardens?: GardensPlan | undefined };
  shared: Shared;
}

export const registerGardens: Register<GardensGiven> = ({ name, plan, shared }, options) => {
  if (plan.gardens === undefined) return {};
  const gardens = new Gardens(`${name}-gardens`, { ...shared, ...plan.gardens }, options);
  return { components: { gardens }, addresses: { gardens: gardens.url } };
};
