import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import {
  indented,
  proxyConfig,
  proxyHeaders,
  securityHeaders,
} from "../../platform/exposure/sidecar-proxy.ts";
import type { MastodonSpec } from "./spec.ts";
import { streamingName, streamingPort } from "./streaming.ts";
import { workloadOf } from "./workloads.ts";

/** Port of puma in the pod. Source: Mastodon's Dockerfile and config/puma.rb. */
export const pumaPort = 3000;

/** Where nginx sees the volume of media. */
export const mediaFolder = "/var/www/system";

/** Name of the ConfigMap of nginx. */
export const proxyName = "mastodon-front";

export function proxyConfigMap(spec: MastodonSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workloadOf(spec.commune, "web"), proxyName),
    data: { "nginx.conf": mastodonProxy(spec) },
  };
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
    http: `map $http_upgrade $connection_upgrade {
  default upgrade;
  "" close;
}`,
    server: `location / {
  client_max_body_size 99m;
${toPuma}
}

# Names of these files carry their checksum.
location ~ ^/(?:packs|assets)/ {
  proxy_hide_header Cache-Control;
${toPuma}
  add_header Cache-Control "public, max-age=31536000, immutable";
${indented(securityHeaders("index"))}
}

location ^~ /api/v1/streaming {
${indented(proxyHeaders)}
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_buffering off;
  proxy_read_timeout 3600s;
  proxy_send_timeout 3600s;
  proxy_pass http://${streamingName}:${streamingPort};
}
${media.kind === "volume" ? mediaLocation : ""}`,
  });
}

/** What the proxy says itself, Rails need not say again: two HSTS headers are an error to a browser. */
const toPuma = `${indented(proxyHeaders)}
  proxy_hide_header Strict-Transport-Security;
  proxy_hide_header Referrer-Policy;
  proxy_hide_header X-Content-Type-Options;
  proxy_read_timeout 120s;
  proxy_pass http://127.0.0.1:${pumaPort};`;

/** What people uploaded: served as it is, and never as a page that could run something. */
const mediaLocation = `
location ^~ /system/ {
  alias ${mediaFolder}/;
  add_header Cache-Control "public, max-age=2419200, immutable";
  add_header Content-Security-Policy "default-src 'none'; form-action 'none'; sandbox" always;
  add_header Access-Control-Allow-Origin "*";
${indented(securityHeaders("index"))}
}`;
