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
 * What the server may reach beside its database and its cache, and who may reach it beside the ingress
 * controller: the Internet on 443 for federation and what plugins need, the relay, the store, the Jobs of
 * plugins, which fetches their archives, and of associations, and what is told after a restore.
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
