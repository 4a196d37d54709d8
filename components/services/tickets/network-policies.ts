import type { AnyNetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { allowToServer } from "../../foundation/network-policy/manifests.ts";
import { allowToIdentity } from "../../platform/identity/network-policy.ts";
import type { Outside } from "../service.ts";
import type { TicketsPlan } from "./plan.ts";
import { ticketsWorkload } from "./workloads.ts";

/**
 * Returns the connections of ticketing beside its database and its cache: to the relay and the identity provider, and
 * to no payment provider.
 */
export function ticketsNetworkPolicies(
  plan: Pick<TicketsPlan, "commune">,
  { mail, identity, peers }: Outside,
): AnyNetworkPolicy[] {
  const web = ticketsWorkload(plan);
  return [
    ...(mail ? [allowToServer([web], "mail", mail.port)] : []),
    ...(identity ? [allowToIdentity([web], identity, peers)] : []),
  ];
}
