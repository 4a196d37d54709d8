import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { proxyConfig, proxyHeaders, securityHeaders } from "../../platform/exposure/sidecar-proxy.ts";
import type { MastodonSpec } from "./spec.ts";
import { streamingName, streamingPort } from "./streaming.ts";
import { workloadOf } from "./workloads.ts";

/** Port of puma in the pod. Source: Mastodon's Dockerfile and config/puma.rb. */
export const pumaPort = 3000;

/** Path at which nginx sees the volume of media. */
export const mediaFolder = "/var/www/system";

/** Name of the ConfigMap of nginx. */
export const proxyName = "mastodon-front";

export function proxyConfigMap(spec: MastodonSpec): ConfigMap {
  return configMapOf(workloadOf(spec.commune, "web"), proxyName, { "nginx.conf": mastodonProxy(spec) });
}

/**
 * nginx before puma and the streaming server. What goes where, the limits and the caching follow Mastodon's own
 * template (dist/nginx.conf of v4.6.5).
 */
function mastodonProxy({ media, peers: { clusterRanges } }: Pick<MastodonSpec, "media" | "peers">): string {
  return proxyConfig({
    robots: "index",
    // Each location sets Mastodon's own 99 MB: this is only the ceiling over all of them.
    bodyLimitGiB: 1,
    clusterRanges,
    http: readTemplate("services/mastodon/pod/nginx/http.conf"),
    server:
      readTemplate("services/mastodon/pod/nginx/server.conf", {
        TO_PUMA: toPuma(),
        SECURITY_HEADERS: securityHeaders("index"),
        PROXY_HEADERS: proxyHeaders(),
        STREAMING_NAME: streamingName,
        STREAMING_PORT: streamingPort,
      }) + (media.kind === "volume" ? `\n${mediaLocation()}` : ""),
  });
}

/**
 * Returns the location that leads to puma. Rails leaves out the headers that the proxy sends itself: two HSTS headers
 * are an error to a browser.
 */
function toPuma(): string {
  return readTemplate("services/mastodon/pod/nginx/puma.conf", {
    PROXY_HEADERS: proxyHeaders(),
    PUMA_PORT: pumaPort,
  });
}

/** Returns the location of people's uploads, served as they are, and never as a page that could run something. */
function mediaLocation(): string {
  return readTemplate("services/mastodon/pod/nginx/media.conf", {
    MEDIA_FOLDER: mediaFolder,
    SECURITY_HEADERS: securityHeaders("index"),
  });
}
