import type pulumi from "@pulumi/pulumi";
import { deployImages, pullSecretName } from "../foundation/image/deployed.ts";
import type { PeerPlaces } from "../foundation/network-policy/manifests.ts";
import type { Seed } from "../foundation/seed/index.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import { schedulePods } from "../foundation/site/scheduling.ts";
import { closedPlaces, peersOf } from "../foundation/site/site.ts";
import { ValkeyCaches } from "../platform/cache/index.ts";
import { ClosedDoor } from "../platform/exposure/closed.ts";
import type { IngressProvider } from "../platform/exposure/contract.ts";
import { IngressController } from "../platform/exposure/index.ts";
import type { ServiceResources } from "../services/service.ts";
import type { CommuneArgs } from "./args.ts";

/** Inputs of every part of a commune. */
export type Shared = Omit<ServiceResources, "database" | "identity">;

/** Returns the inputs that all parts get from these arguments. */
export function sharedBy(args: CommuneArgs, seed: Seed): Shared {
  const { plan, site, given, pullSecret } = args;
  const dataHolder = dataHolderOptions(site);
  const { ingress, peers } = surroundingsOf(args);
  return {
    seed,
    dataHolder,
    pullSecret,
    given,
    caches: new ValkeyCaches({ seed, dataHolder }, plan.availability),
    availabilities: plan.availability,
    ingress,
    guests: ingress.guests,
    mail: plan.mail,
    peers,
    dns: site.dns,
  };
}

/** Returns the ingress and the peers' places; for a copy in a drill, nobody comes in and nobody outside is found. */
function surroundingsOf({ plan, site, certificate }: CommuneArgs): {
  ingress: IngressProvider;
  peers: PeerPlaces;
} {
  return plan.drillOf === undefined
    ? { ingress: new IngressController(site.ingress, certificate), peers: peersOf(site) }
    : { ingress: new ClosedDoor(site.ingress.source), peers: closedPlaces(site) };
}

/**
 * Returns the transformations for everything below a component: images by digest from the site's registry, and pods on
 * the site's nodes.
 */
export function atSite({
  lock = {},
  site,
  pullSecret,
}: Pick<CommuneArgs, "lock" | "site" | "pullSecret">): pulumi.ResourceTransformation[] {
  const images = { lock, mirrors: site.registryMirrors, pullSecret: pullSecret && pullSecretName };
  return [deployImages(images), schedulePods(site.scheduling)];
}
