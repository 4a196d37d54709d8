import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import {
  allowToEndpoint,
  allowToOwnName,
  type PeerPlaces,
} from "../../foundation/network-policy/manifests.ts";
import type { Identity } from "./plan.ts";

/** `from` may ask the provider who somebody is: on the Internet, or through the cluster's own door where it is the commune's. */
export function allowToIdentity(
  from: Workloads,
  { issuer, secret }: Identity,
  places: PeerPlaces,
): NetworkPolicy {
  return secret === undefined
    ? allowToEndpoint(from, "identity", issuer, places)
    : allowToOwnName(from, "identity", places);
}
