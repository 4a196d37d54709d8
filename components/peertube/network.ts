import { frontPort } from "../exposure/front.ts";
import type { NetworkPolicy } from "../manifest/manifest.ts";
import {
  allowFrom,
  allowFromIngressController,
  allowTo,
  allowToOutside,
  allowToPeers,
} from "../network-policy/manifests.ts";
import { type PeertubeSpec, pluginsWorkload, rtmpPort, serverWorkload } from "./spec.ts";

/**
 * What the server may reach beside its database and its cache, and who may reach it beside the ingress
 * controller: the Internet on 443 for federation and plugins, the relay, the store, the plugins' Job.
 */
export function peertubeOpenings(spec: PeertubeSpec, ingressNamespace: string): NetworkPolicy[] {
  const server = serverWorkload(spec.commune);
  const plugins = pluginsWorkload(spec.commune);
  return [
    allowToPeers([server], spec.peers),
    ...(spec.mail ? [allowToOutside([server], "mail", spec.mail.port)] : []),
    ...(spec.media.kind === "s3" ? [allowToOutside([server], "media", portOf(spec.media.endpoint))] : []),
    ...(spec.plugins ? [allowTo([plugins], server, frontPort), allowFrom([plugins], server, frontPort)] : []),
    ...(spec.live ? [allowLiveStreams(spec.commune, ingressNamespace)] : []),
  ];
}

/** Live streams come through the ingress controller too, on a TCP port that the site opens there. */
function allowLiveStreams(commune: string, ingressNamespace: string): NetworkPolicy {
  const opening = allowFromIngressController(ingressNamespace, serverWorkload(commune), rtmpPort);
  return { ...opening, metadata: { ...opening.metadata, name: "peertube-web-rtmp-from-ingress" } };
}

function portOf(endpoint: string): number {
  const { port, protocol } = new URL(endpoint);
  if (port !== "") return Number(port);
  return protocol === "http:" ? 80 : 443;
}
