import { metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { Deployment } from "../../foundation/manifest/manifest.ts";
import { proxyContainer, proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import {
  authorityVolumes,
  besideMedia,
  mediaMounts,
  mediaVolumes,
  podMetadata,
  podSpec,
  railsContainer,
  railsVolumes,
} from "./pods.ts";
import { mediaFolder, proxyConfigMap, proxyName, pumaPort } from "./sidecar-proxy.ts";
import type { MastodonSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Puma behind nginx. A new pod serves before the old one leaves: a roll loses no request. */
export function webDeployment(spec: MastodonSpec): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workloadOf(spec.commune, "web"), "mastodon-web"),
    spec: {
      replicas: spec.size.web.replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      progressDeadlineSeconds: 1200,
      selector: { matchLabels: selectorOf(workloadOf(spec.commune, "web")) },
      template: {
        metadata: podMetadata(spec, "web", [proxyConfigMap(spec)]),
        spec: {
          ...podSpec,
          ...besideMedia(spec),
          // Puma waits 15 s, then ends its requests; nginx may hold an idle stream of a browser until then.
          terminationGracePeriodSeconds: 60,
          containers: [
            pumaContainer(spec),
            proxyContainer({
              resources: spec.size.proxy,
              probe: { path: "/health", host: spec.host },
              mounts: mediaMounts(spec).map((mount) => ({
                ...mount,
                mountPath: mediaFolder,
                readOnly: true,
              })),
            }),
          ],
          volumes: [
            ...railsVolumes,
            ...authorityVolumes(spec, "web"),
            ...mediaVolumes(spec),
            { name: "config", configMap: { name: proxyName } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}

function pumaContainer(spec: MastodonSpec): ReturnType<typeof railsContainer> {
  const { processes, threads, resources } = spec.size.web;
  const container = railsContainer(spec, {
    name: "puma",
    process: "web",
    args: ["bundle", "exec", "puma", "-C", "config/puma.rb"],
    resources,
    threads,
    mounts: mediaMounts(spec),
    own: { WEB_CONCURRENCY: String(processes), MAX_THREADS: String(threads) },
  });
  return {
    ...container,
    ports: [{ name: "puma", containerPort: pumaPort }],
    // Rails loads all its code first. `/health` answers to any Host. It is asked through nginx: puma's image listens on
    // IPv4 alone, and the kubelet asks at the pod's address.
    startupProbe: { httpGet: { path: "/health", port: proxyPort }, periodSeconds: 2, failureThreshold: 300 },
    livenessProbe: {
      exec: { command: ["bash", "-c", `: < /dev/tcp/127.0.0.1/${pumaPort}`] },
      periodSeconds: 20,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    // nginx drains for 8 s and still asks puma meanwhile.
    lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
  };
}
