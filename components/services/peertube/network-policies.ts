import type { AnyNetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { allowFromIngressController, type RequestSource } from "../../foundation/network-policy/ingress.ts";
import {
  allowFrom,
  allowTo,
  allowToEndpoint,
  allowToInternet,
  allowToPeers,
  allowToServer,
} from "../../foundation/network-policy/manifests.ts";
import { proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import type { Outside } from "../service.ts";
import type { PeertubePlan } from "./plan.ts";
import { rtmpPort } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Returns the connections of PeerTube beside its database, its cache and its public name: out to the Internet on 443
 * for federation and for what plugins need, to the relay and to the store; in from the Jobs of plugins, which also
 * fetch their archives, of associations, and of what runs after a restore, and for live streams.
 */
export function peertubeNetworkPolicies(
  {
    commune,
    media,
    plugins: declared,
    pluginMirror,
    live,
    associations: channels,
  }: Pick<PeertubePlan, "commune" | "media" | "plugins" | "pluginMirror" | "live" | "associations">,
  { mail, peers, ingress }: Outside,
): AnyNetworkPolicy[] {
  const server = workloadOf(commune, "web");
  const plugins = workloadOf(commune, "plugins");
  const associations = workloadOf(commune, "associations");
  const transcoding = workloadOf(commune, "transcoding");
  return [
    allowToPeers([server], peers),
    allowTo([transcoding], server, proxyPort),
    allowFrom([transcoding], server, proxyPort),
    ...(mail ? [allowToServer([server], "mail", mail.port)] : []),
    ...(media.kind === "s3" ? [allowToEndpoint([server], "media", media.endpoint, peers)] : []),
    ...(declared
      ? [
          allowTo([plugins], server, proxyPort),
          allowFrom([plugins], server, proxyPort),
          pluginMirror === undefined
            ? allowToInternet([plugins], "plugins", peers)
            : allowToEndpoint([plugins], "plugins", pluginMirror, peers),
        ]
      : []),
    ...(channels.length > 0
      ? [allowTo([associations], server, proxyPort), allowFrom([associations], server, proxyPort)]
      : []),
    ...(live ? [allowLiveStreams(commune, ingress.source)] : []),
  ];
}

/** Live streams come through the ingress controller too, on a TCP port that the site opens there. */
function allowLiveStreams(commune: string, source: RequestSource): AnyNetworkPolicy {
  const policy = allowFromIngressController(source, workloadOf(commune, "web"), rtmpPort);
  return { ...policy, metadata: { ...policy.metadata, name: "peertube-web-rtmp-from-ingress" } };
}
