import type { NetworkPolicy } from "../manifest/manifest.ts";
import {
  allowFrom,
  allowTo,
  allowToOutside,
  allowToPeers,
  type PeerPlaces,
} from "../network-policy/manifests.ts";
import { type MastodonPart, type MastodonSpec, partOf, partsOf } from "./spec.ts";
import { streamingPort } from "./streaming.ts";

/** What of Mastodon may reach what outside its namespace and inside it, besides database and cache. */
export function mastodonOpenings(spec: MastodonSpec, peers: PeerPlaces): NetworkPolicy[] {
  const { commune, media, mail, identity } = spec;
  const parts = (...names: [MastodonPart, ...MastodonPart[]]) => partsOf(commune, names);
  const streaming = partOf(commune, "streaming");
  return [
    allowTo(parts("web"), streaming, streamingPort),
    allowFrom(parts("web"), streaming, streamingPort),
    // A page looks up an address, a worker delivers, and the scheduler repairs what it has of others.
    allowToPeers(parts("web", "sidekiq", "scheduler"), peers),
    ...(media.kind === "s3"
      ? [allowToOutside(parts("web", "sidekiq", "scheduler"), "media", portOf(media.endpoint))]
      : []),
    ...(mail === undefined ? [] : [allowToOutside(parts("sidekiq"), "mail", mail.port)]),
    ...(identity === undefined ? [] : [allowToOutside(parts("web"), "identity", portOf(identity.issuer))]),
  ];
}

function portOf(address: string): number {
  const { port } = new URL(address);
  return port === "" ? 443 : Number(port);
}
