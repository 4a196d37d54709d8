import {
  indented,
  proxyConfig,
  proxyHeaders,
  securityHeaders,
  triesZones,
} from "../../platform/exposure/sidecar-proxy.ts";
import { dataFolder, serverPort } from "./spec.ts";

/** Rules for one kind of request through nginx. */
interface Passing {
  /** Largest body: a number of nginx, `0` for none. */
  body: string;
  /** Directives beside the usual ones. */
  more?: readonly string[];
}

const headers = securityHeaders("index");
const uuid = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/** The body goes on to PeerTube as it arrives: nginx would first write all of it to its own disk. */
const unbuffered = ["proxy_request_buffering off;"];

const upgrade = [
  "proxy_set_header Upgrade $http_upgrade;",
  'proxy_set_header Connection "upgrade";',
] as const;

/**
 * nginx in front of PeerTube. What upstream's template for nginx does and an Ingress cannot: long uploads,
 * WebSockets, and public files straight from the volume.
 *
 * Source: PeerTube, support/nginx/peertube, and YunoHost-Apps/peertube_ynh conf/nginx.conf for 8.1.6. Unlike
 * there, a limit stands in the location that proxies: in a named location that is jumped to,
 * `proxy_request_buffering` would be nginx's default again.
 *
 * @param clusterRanges public address ranges (CIDR) in which the ingress controller may be.
 */
export function peertubeProxy(clusterRanges: readonly string[] = []): string {
  return proxyConfig({ robots: "index", bodyLimitGiB: 1, clusterRanges, http, server });
}

const http = `
# What PeerTube sends faster than a visitor reads waits in PeerTube, not on the node's disk.
proxy_max_temp_file_size 0;

# PeerTube counts by address, of which whoever has one of IPv6 has 2^64.
${triesZones()}
limit_req_status 429;
`;

const server = [
  `root ${dataFolder};`,
  location("/", { body: "100k" }),
  location("@peertube", { body: "100k" }),
  // Its routes are of any case, and may end with a slash.
  location('~* "^/api/v1/users/(token|[^/]+/reset-password|([^/]+/)+verify-email)/?$"', {
    body: "100k",
    more: ["limit_req zone=tries burst=60 nodelay;"],
  }),
  location('~* "^/api/v1/(server/contact|users/(register|registrations/request|(.+/)?ask-[^/]+))/?$"', {
    body: "100k",
    more: ["limit_req zone=letters burst=10 nodelay;"],
  }),
  location('~ "^/api/v1/videos/(upload-resumable|[^/]+/source/replace-resumable)$"', {
    body: "0",
    more: unbuffered,
  }),
  location('~ "^/api/v1/users/[^/]+/imports/import-resumable$"', { body: "0", more: unbuffered }),
  location('~ "^/api/v1/videos/(upload|[^/]+/studio/edit)$"', {
    body: "24g",
    more: ["limit_except POST HEAD { deny all; }", ...largest("16G"), ...unbuffered],
  }),
  location('~ "^/api/v1/runners/jobs/[^/]+/(update|success)$"', {
    body: "12g",
    more: [...largest("8G"), ...unbuffered],
  }),
  location('~ "^/api/v1/(videos|video-playlists|video-channels|users/me|config/instance-)"', {
    body: "12m",
    more: largest("8M"),
  }),
  location("/socket.io", { body: "100k", more: upgrade }),
  // Viewers announce themselves every 15 minutes.
  location("/tracker/socket", { body: "100k", more: [...upgrade, "proxy_read_timeout 16m;"] }),
  location('~ "^/plugins/[^/]+(/[^/]+)?/ws/"', { body: "100k", more: upgrade }),
  location('~ "^/download"', { body: "100k", more: ["proxy_limit_rate 5m;"] }),
  // Only names that PeerTube gives to public files: `private` is none of them, and goes to PeerTube, which asks who it is.
  files(`^/static/streaming-playlists/hls/(${uuid})/([^/]+)$`, "/streaming-playlists/hls/$1/$2"),
  files("^/static/(?:web-videos|webseed)/([^/]+\\.[a-zA-Z0-9]+)$", "/web-videos/$1"),
  files("^/static/redundancy/([^/]+\\.[a-zA-Z0-9]+)$", "/redundancy/$1"),
  files(`^/static/redundancy/hls/(${uuid})/([^/]+)$`, "/redundancy/hls/$1/$2"),
].join("\n\n");

/** Tells the page how large a file may be, before it is wrapped for sending. */
function largest(size: string): string[] {
  // nginx leaves out the server's headers in a location that sets one.
  return [...headers.split("\n"), `add_header X-File-Maximum-Size ${size} always;`];
}

function location(match: string, { body, more = [] }: Passing): string {
  const longWaits = more.some((line) => line.startsWith("proxy_read_timeout"));
  return block(match, [
    ...proxyHeaders().split("\n"),
    `client_max_body_size ${body};`,
    "proxy_connect_timeout 10s;",
    "proxy_send_timeout 10m;",
    ...(longWaits ? [] : ["proxy_read_timeout 10m;"]),
    ...more,
    `proxy_pass http://127.0.0.1:${serverPort};`,
  ]);
}

/** Public files, which other servers' pages play too; PeerTube is asked for what is not on the volume. */
function files(pattern: string, path: string): string {
  return block(`~ "${pattern}"`, [
    ...headers.split("\n"),
    'add_header Access-Control-Allow-Origin "*" always;',
    'add_header Access-Control-Allow-Methods "GET, OPTIONS" always;',
    'add_header Access-Control-Allow-Headers "Range,DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type" always;',
    "if ($request_method = OPTIONS) { return 204; }",
    // One visitor never takes the whole line: 40 Mbit/s, ten times what 720p needs.
    "limit_rate_after 5m;",
    "limit_rate 5m;",
    "sendfile_max_chunk 1m;",
    `try_files ${path} @peertube;`,
  ]);
}

function block(match: string, lines: readonly string[]): string {
  return `location ${match} {\n${indented(lines.join("\n"))}\n}`;
}
