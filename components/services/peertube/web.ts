import type { types } from "@pulumi/kubernetes";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Service } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import { proxyContainer } from "../../platform/exposure/sidecar-proxy.ts";
import { configurationFile, configurationPath } from "./configuration.ts";
import { serverEnvironment } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { peertubeProxy } from "./sidecar-proxy.ts";
import { dataFolder, type PeertubeSpec, podSpec, rtmpPort, serverPort } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

export function peertubeConfigMap(spec: PeertubeSpec): ConfigMap {
  return configMapOf(workloadOf(spec.commune, "web"), "peertube", {
    "production.yaml": configurationFile(spec),
    "nginx.conf": peertubeProxy(spec.peers.clusterRanges),
    ...(spec.peers.authority === undefined ? {} : { [authorityKey]: spec.peers.authority }),
  });
}

export function peertubeDeployment(spec: PeertubeSpec): Deployment {
  const workload = workloadOf(spec.commune, "web");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, "peertube"),
    spec: {
      // Two servers would run every job and migration twice (Chocobozzz/PeerTube#894); one at a time, always.
      replicas: 1,
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1800,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(peertubeConfigMap(spec).data),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podSpec,
          // 10 s to leave the ingress; then nginx finishes the files that people are downloading.
          terminationGracePeriodSeconds: 60,
          containers: [
            serverContainer(spec),
            proxyContainer({
              resources: spec.size.proxy,
              probe: { path: "/api/v1/ping", host: spec.host },
              mounts: [{ name: "data", mountPath: dataFolder, readOnly: true }],
            }),
          ],
          volumes: serverVolumes,
        },
      },
    },
  };
}

/** The in-cluster address of live streams. Making it public is up to the site: an Ingress carries HTTP only. */
export function rtmpService(spec: PeertubeSpec): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workloadOf(spec.commune, "web"), "peertube-rtmp"),
    spec: {
      selector: selectorOf(workloadOf(spec.commune, "web")),
      ports: [{ name: "rtmp", port: rtmpPort, targetPort: rtmpPort }],
    },
  };
}

/** Mount path of the site's authority, in what speaks to peers or to a database outside. */
export const authorityFolder = "/etc/commune";

/** Its place in the container; none without one. */
export function authorityMounts({ peers }: PeertubeSpec): types.input.core.v1.VolumeMount[] {
  if (peers.authority === undefined) return [];
  const mountPath = `${authorityFolder}/${authorityKey}`;
  return [{ name: "config", mountPath, subPath: authorityKey, readOnly: true }];
}

/** Volumes of every pod that runs PeerTube's own code. */
export const serverVolumes: types.input.core.v1.Volume[] = [
  { name: "data", persistentVolumeClaim: { claimName: "peertube-data" } },
  { name: "config", configMap: { name: "peertube" } },
  // PeerTube looks for its own changes beside production.yaml.
  { name: "settings", emptyDir: {} },
  { name: "tmp", emptyDir: {} },
];

/** Their places in the container. */
export const serverMounts: types.input.core.v1.VolumeMount[] = [
  { name: "data", mountPath: dataFolder },
  { name: "settings", mountPath: "/config" },
  { name: "config", mountPath: configurationPath, subPath: "production.yaml", readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

function serverContainer(spec: PeertubeSpec): types.input.core.v1.Container {
  return {
    name: "peertube",
    image: peertubeImage(spec.version),
    env: [...serverEnvironment(spec), ...authorityEnvironment(spec.peers.authority, authorityFolder)],
    ports: [
      { name: "server", containerPort: serverPort },
      ...(spec.live ? [{ name: "rtmp", containerPort: rtmpPort }] : []),
    ],
    ...probes(spec),
    lifecycle: {
      preStop: {
        exec: {
          // PeerTube knows SIGINT only; SIGTERM would do nothing to process 1 until it is killed.
          command: ["sh", "-c", "sleep 10; kill -INT 1"],
        },
      },
    },
    // What `kubectl describe` and a failed update show is the end of the log.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: resourceRequirements(spec.size.web),
    securityContext: containerSecurity,
    volumeMounts: [...serverMounts, ...authorityMounts(spec)],
  };
}

/**
 * The server listens once its migrations are done, which takes seconds or, on a large instance, an hour: no
 * probe may kill it before. It also listens without a cache, and then every job and upload hangs: so the first
 * time, the cache must answer. Later a lost cache takes nothing out of service, since pages and videos are
 * readable without it; a lost database does, since nothing is. `/api/v1/ping` knows of neither.
 */
function probes({ host, cache }: PeertubeSpec): Partial<types.input.core.v1.Container> {
  return {
    startupProbe: {
      exec: { command: ["bash", "-ec", cacheAndServerAnswer(cache)] },
      periodSeconds: 5,
      timeoutSeconds: 10,
      failureThreshold: 1440,
    },
    readinessProbe: {
      httpGet: {
        // One row of the database, by its key; refused under any other name.
        path: "/api/v1/oauth-clients/local",
        port: "server",
        httpHeaders: [
          { name: "Host", value: host },
          // Counted apart from visitors, where these all come from the node's address.
          { name: "X-Forwarded-For", value: "127.0.0.1" },
        ],
      },
      periodSeconds: 10,
      timeoutSeconds: 5,
    },
    livenessProbe: {
      httpGet: { path: "/api/v1/ping", port: "server" },
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 4,
    },
  };
}

/** Opens both ports and asks the cache with its password, which stays in the environment. */
function cacheAndServerAnswer({ host, port }: CacheConnection): string {
  return readTemplate("services/peertube/pod/cache-and-server-answer.bash", {
    CACHE_HOST: host,
    CACHE_PORT: port,
    SERVER_PORT: serverPort,
  }).trimEnd();
}
