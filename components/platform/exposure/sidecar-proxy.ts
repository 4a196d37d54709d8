import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";

/** Port on which every sidecar proxy answers plain HTTP to the ingress controller. */
export const proxyPort = 8080;

/**
 * Address ranges of the pods of clusters. Shared address space and unique local addresses are some clusters' pod
 * networks: without them every visitor there would have the ingress controller's address. Source: RFC 1918, 6598, 4193.
 */
export const usualRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/** Resources of the proxy of a service that people log in to. */
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
  return readTemplate("platform/exposure/pod/nginx.conf", {
    RANGES: [...usualRanges, ...clusterRanges].map((range) => `set_real_ip_from ${range};`).join("\n"),
    HTTP: `${http.trim()}\n`,
    PORT: proxyPort,
    BODY_LIMIT_GIB: bodyLimitGiB,
    SECURITY_HEADERS: securityHeaders(robots),
    SERVER: server.trim(),
  });
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

/**
 * Returns the map that gives nginx the key of a visitor, `$visitor`: the whole of an IPv4 address, and the first half
 * of an IPv6 one, since whoever has one of those has 2^64. It reads the address in binary: its text leaves out zeros,
 * wherever they stand.
 */
export function visitorMap(): string {
  return readTemplate("platform/exposure/pod/visitor.conf").trimEnd();
}

/**
 * Returns the zones in which nginx counts what a visitor sends where passwords are tried (`tries`) and where letters are
 * asked for (`letters`), with the visitor's map. They are of one network, which can be a town hall in the morning.
 */
export function triesZones(): string {
  return readTemplate("platform/exposure/pod/tries.conf", { VISITOR: visitorMap() }).trimEnd();
}

/** Headers that an application behind a sidecar proxy reads the visitor's request from. TLS ends at the ingress controller. */
export function proxyHeaders(): string {
  return readTemplate("platform/exposure/pod/proxy-headers.conf").trimEnd();
}

/**
 * nginx, without its IPv6 listener on a node whose kernel has none (`ipv6.disable=1`, which the ANSSI's guide to Linux
 * proposes): it would not start there.
 * Source: https://github.com/nginx/docker-nginx/blob/master/entrypoint/10-listen-on-ipv6-by-default.sh
 */
function start(): string {
  return readTemplate("platform/exposure/pod/start.sh").trimEnd();
}

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
    args: ["sh", "-c", start()],
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
