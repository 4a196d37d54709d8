import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import {
  allowFrom,
  allowTo,
  allowToEndpoint,
  allowToPeers,
  allowToServer,
} from "../../foundation/network-policy/manifests.ts";
import { allowToIdentity } from "../../platform/identity/network-policy.ts";
import type { Outside } from "../service.ts";
import type { MastodonPlan } from "./plan.ts";
import { poolerPolicies } from "./pooler.ts";
import { streamingPort } from "./streaming.ts";
import { type MastodonComponent, workloadOf, workloadsOf } from "./workloads.ts";

/** Returns the connections of Mastodon, inside its namespace and out of it, besides database and cache. */
export function mastodonNetworkPolicies(
  { commune, media, size }: Pick<MastodonPlan, "commune" | "media" | "size">,
  { mail, identity, peers }: Outside,
): NetworkPolicy[] {
  const parts = (...names: [MastodonComponent, ...MastodonComponent[]]) => workloadsOf(commune, names);
  const streaming = workloadOf(commune, "streaming");
  return [
    allowTo(parts("web"), streaming, streamingPort),
    allowFrom(parts("web"), streaming, streamingPort),
    ...poolerPolicies({ commune, size }),
    // A page looks up an address, a worker delivers, and the scheduler repairs what it has of others.
    allowToPeers(parts("web", "sidekiq", "scheduler"), peers),
    ...(media.kind === "s3"
      ? [allowToEndpoint(parts("web", "sidekiq", "scheduler"), "media", media.endpoint, peers)]
      : []),
    ...(mail === undefined ? [] : [allowToServer(parts("sidekiq"), "mail", mail.port)]),
    ...(identity === undefined ? [] : [allowToIdentity(parts("web"), identity, peers)]),
  ];
}
