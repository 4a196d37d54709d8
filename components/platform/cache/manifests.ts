import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, namespaceOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { Deployment, Secret, Service } from "../../foundation/manifest/manifest.ts";
import { secretOf } from "../../foundation/manifest/objects.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import type { VolumeSpec } from "../../foundation/volume/manifests.ts";
import type { CacheClient, CacheConnection, CacheVolume } from "./contract.ts";
import { cacheLimitMiB } from "./sizing.ts";

/** Port of Valkey, the same as Redis'. */
export const cachePort = 6379;

/** User of the official image. Source: valkey-io/valkey-container, Dockerfile. */
export const cacheUid = 999;

/** A service's Valkey server. Without a volume, the least recently used entries leave first. */
export interface CacheSpec extends Omit<CacheClient, "workloads"> {
  /** Label that the password is derived from: raising its version restarts the server. */
  passwordLabel: string;
}

/** The cache's pods. */
export function cacheWorkload({ commune, service }: Pick<CacheSpec, "commune" | "service">): Workload {
  return { commune, service, component: "cache", software: "valkey", data: "sessions" };
}

/** Label of the password that the clients of a service's cache log in with. */
export function cachePassword(service: string): SecretLabel {
  const description = "password of the service's cache; sessions in it end";
  return { service, purpose: "cache-password", version: 1, rotation: "by itself", description };
}

/** Returns the address of a service's server, from the same namespace. */
export function cacheConnection(service: string): CacheConnection {
  return { host: `${service}-cache`, port: cachePort };
}

/** Valkey's configuration file: it carries the password, so it lives in a Secret, not in arguments. */
export function valkeyConfig(
  password: string,
  { memoryMiB, volume }: Pick<CacheSpec, "memoryMiB" | "volume">,
): string {
  const keeping =
    volume === undefined
      ? ["maxmemory-policy allkeys-lru", "appendonly no", "dir /tmp"]
      : // At most one second of acknowledged writes is lost when the machine itself fails, none when the server is killed.
        ["maxmemory-policy noeviction", "appendonly yes", "appendfsync everysec", "dir /data"];
  return [
    `port ${cachePort}`,
    "protected-mode yes",
    `requirepass ${password}`,
    `maxmemory ${memoryMiB}mb`,
    'save ""',
    ...keeping,
    "",
  ].join("\n");
}

/** @param config the text of {@link valkeyConfig}. */
export function cacheSecret(spec: CacheSpec, config: Input<string>): Secret {
  return secretOf(cacheWorkload(spec), serverName(spec), { "valkey.conf": config });
}

export function cacheService(spec: CacheSpec): Service {
  const workload = cacheWorkload(spec);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: serverName(spec),
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "valkey", port: cachePort, targetPort: "valkey" }],
    },
  };
}

/** The volume of a server that keeps its entries. */
export function cacheVolume(
  server: Pick<CacheSpec, "commune" | "service">,
  { sizeGiB, storageClass }: CacheVolume,
): VolumeSpec {
  return { workload: cacheWorkload(server), name: serverName(server), sizeGiB, storageClass };
}

/** Returns the resources of a server. */
export function serverResources({ memoryMiB }: Pick<CacheSpec, "memoryMiB">): Resources {
  return { cpu: 0.02, requestMiB: Math.round(memoryMiB / 2) + 16, limitMiB: cacheLimitMiB(memoryMiB) };
}

export function cacheServer(spec: CacheSpec): Deployment {
  const workload = cacheWorkload(spec);
  const name = serverName(spec);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec: {
      replicas: 1,
      // Two caches behind one Service would each hold half of the locks.
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/secrets": spec.passwordLabel,
            // Without the password: what stands here is not secret. Valkey reads its file only once.
            "commune.cloud/config": checksum(valkeyConfig("", spec)),
          },
        },
        spec: {
          ...podBaseline(cacheUid),
          containers: [
            {
              name: "valkey",
              image: images.valkey.reference,
              args: ["valkey-server", "/etc/valkey/valkey.conf"],
              ports: [{ name: "valkey", containerPort: cachePort }],
              readinessProbe: { tcpSocket: { port: "valkey" }, periodSeconds: 2 },
              livenessProbe: { tcpSocket: { port: "valkey" }, periodSeconds: 20, failureThreshold: 3 },
              resources: resourceRequirements(serverResources(spec)),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "config", mountPath: "/etc/valkey", readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
                { name: "data", mountPath: "/data" },
              ],
            },
          ],
          volumes: [
            { name: "config", secret: { secretName: name, defaultMode: 0o440 } },
            { name: "tmp", emptyDir: {} },
            {
              name: "data",
              ...(spec.volume ? { persistentVolumeClaim: { claimName: name } } : { emptyDir: {} }),
            },
          ],
        },
      },
    },
  };
}

/** Name of the server's objects, which is also its host name. */
function serverName({ service }: Pick<CacheSpec, "service">): string {
  return cacheConnection(service).host;
}
