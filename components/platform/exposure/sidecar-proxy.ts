import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";

/** Port on which every sidecar proxy answers plain HTTP to the ingress controller. */
export const proxyPort = 8080;

/**
 * Where the pods of a cluster are. Shared address space and unique local addresses are some clusters' pod networks:
 * without them every visitor there would have the ingress controller's address. Source: RFC 1918, 6598, 4193.
 */
export const usualRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/** What the proxy of a service that people log in to asks for and may use. */
export const proxyResources: Resources = { cpu: 0.02, requestMiB: 24, limitMiB: 128 };

/** nginx in front of an application, in the same pod. */
export interface SidecarProxy {
  /** Whether search engines may list the pages. */
  robots: "index" | "noindex";
  /** Largest body of one request, GiB. */
  bodyLimitGiB: number;
  /** Public address ranges (CIDR) that are the cluster's own too. */
  clusterRanges?: readonly string[];
  /** Directives of the `http` block that the locations need: maps, upstreams. */
  http: string;
  /** Directives of the `server` block: its locations. */
  server: string;
}

/**
 * The nginx configuration of a front: what has to be the same in front of every service (headers, limits, logs
 * without citizens' addresses), whatever ingress controller a cluster has.
 */
export function proxyConfig({
  robots,
  bodyLimitGiB,
  clusterRanges = [],
  http,
  server,
}: SidecarProxy): string {
  return `pid /tmp/nginx.pid;
worker_processes 2;
error_log /dev/stderr warn;

events { worker_connections 2048; }

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  # Addresses and user names of citizens stay out of the logs.
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;
  server_tokens off;

  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  # The address of a visitor, as the ingress controller saw it; nothing else can reach this port.
${indented([...usualRanges, ...clusterRanges].map((range) => `set_real_ip_from ${range};`).join("\n"))}
  real_ip_header X-Forwarded-For;
  real_ip_recursive on;

${indented(http.trim())}
  server {
    listen ${proxyPort};
    listen [::]:${proxyPort};
    # A redirect names no host and no port: inside the pod, nginx knows neither that people use.
    absolute_redirect off;
    client_max_body_size ${bodyLimitGiB}g;
    client_body_timeout 300s;

    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_min_length 256;
    gzip_types application/activity+json application/javascript application/json application/rss+xml application/xml image/svg+xml text/css text/javascript text/plain;

${indented(securityHeaders(robots), 4)}
${indented(server.trim(), 4)}
  }
}
`;
}

/** Headers of every answer. HSTS for six months, as the ANSSI and Nextcloud recommend; nothing is embedded elsewhere. */
export function securityHeaders(robots: SidecarProxy["robots"]): string {
  return [
    'add_header Strict-Transport-Security "max-age=15552000; includeSubDomains" always;',
    'add_header Referrer-Policy "same-origin" always;',
    'add_header X-Content-Type-Options "nosniff" always;',
    ...(robots === "noindex" ? ['add_header X-Robots-Tag "noindex, nofollow" always;'] : []),
  ].join("\n");
}

/** Headers that an application behind a sidecar proxy reads the visitor's request from. TLS ends at the ingress controller. */
export const proxyHeaders = `proxy_http_version 1.1;
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto https;
proxy_set_header X-Forwarded-Host $host;`;

/**
 * nginx, without its IPv6 listener on a node whose kernel has none (`ipv6.disable=1`, which the ANSSI's guide to Linux
 * proposes): it would not start there.
 * Source: https://github.com/nginx/docker-nginx/blob/master/entrypoint/10-listen-on-ipv6-by-default.sh
 */
const start = `config=/etc/nginx/nginx.conf
if [ ! -e /proc/net/if_inet6 ]; then
  sed '/listen \\[::\\]/d' $config > /tmp/nginx.conf
  config=/tmp/nginx.conf
fi
exec nginx -c $config -g 'daemon off;'`;

/**
 * The sidecar proxy's container. Its configuration is the key `nginx.conf` of the volume `config`; `/tmp` is the volume `tmp`.
 *
 * @param probe what tells that the pod can serve: a path that the application answers through the proxy.
 */
export function proxyContainer({
  resources,
  probe,
  mounts = [],
}: {
  resources: Resources;
  probe: { path: string; host: string };
  mounts?: types.input.core.v1.VolumeMount[];
}): types.input.core.v1.Container {
  return {
    name: "nginx",
    image: images.nginx.reference,
    args: ["sh", "-c", start],
    ports: [{ name: "http", containerPort: proxyPort }],
    readinessProbe: {
      httpGet: { path: probe.path, port: "http", httpHeaders: [{ name: "Host", value: probe.host }] },
      periodSeconds: 5,
      timeoutSeconds: 5,
    },
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20, failureThreshold: 3 },
    // The ingress controller needs a moment to forget a pod that stops: it goes on answering meanwhile.
    lifecycle: { preStop: { exec: { command: ["sleep", "8"] } } },
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    volumeMounts: [
      ...mounts,
      { name: "config", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Each line that is not empty, moved to the right. */
export function indented(text: string, spaces = 2): string {
  return text.replace(/^(?=.)/gm, " ".repeat(spaces));
}
