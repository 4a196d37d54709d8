import type { NetworkPolicy } from "../manifest/manifest.ts";
import {
  allowFrom,
  allowTo,
  allowToOutside,
  allowToPeers,
  type PeerPlaces,
} from "../network-policy/manifests.ts";
import { type MastodonPart, type MastodonSpec, partOf } from "./spec.ts";
import { streamingPort } from "./streaming.ts";

/** What of Mastodon may reach what outside its namespace and inside it, besides database and cache. */
export function mastodonOpenings(spec: MastodonSpec, peers: PeerPlaces): NetworkPolicy[] {
  const { commune, media, mail, identity } = spec;
  const part = (name: MastodonPart) => partOf(commune, name);
  const outside = (name: MastodonPart, purpose: string, port: number) =>
    allowToOutside(part(name), purpose, port);
  return [
    allowTo(part("web"), part("streaming"), streamingPort),
    allowFrom(part("web"), part("streaming"), streamingPort),
    // A page looks up an address, a worker delivers, and the scheduler repairs what it has of others.
    ...(["web", "sidekiq", "scheduler"] as const).map((name) => allowToPeers(part(name), peers)),
    ...(media.kind === "s3"
      ? (["web", "sidekiq", "scheduler"] as const).map((name) =>
          outside(name, "media", portOf(media.endpoint)),
        )
      : []),
    ...(mail === undefined ? [] : [outside("sidekiq", "mail", mail.port)]),
    ...(identity === undefined ? [] : [outside("web", "identity", portOf(identity.issuer))]),
  ];
}

function portOf(address: string): number {
  const { port } = new URL(address);
  return port === "" ? 443 : Number(port);
}
