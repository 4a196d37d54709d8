import { frontContainer } from "../exposure/front.ts";
import { selectorOf } from "../manifest/labels.ts";
import type { Deployment } from "../manifest/manifest.ts";
import { frontConfigMap, frontName, mediaFolder, pumaPort } from "./front.ts";
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
import { type MastodonSpec, metadataOf, partOf } from "./spec.ts";

/** Puma behind nginx, in one pod. A new pod serves before the old one leaves: a roll loses no request. */
export function webDeployment(spec: MastodonSpec): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(spec.commune, "web", "mastodon-web"),
    spec: {
      replicas: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      progressDeadlineSeconds: 1200,
      selector: { matchLabels: selectorOf(partOf(spec.commune, "web")) },
      template: {
        metadata: podMetadata(spec, "web", [frontConfigMap(spec)]),
        spec: {
          ...podSpec,
          ...besideMedia(spec),
          // Puma waits 15 s, then ends its requests; nginx may hold an idle stream of a browser until then.
          terminationGracePeriodSeconds: 60,
          containers: [
            pumaContainer(spec),
            frontContainer({
              footprint: spec.size.front,
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
            ...authorityVolumes(spec, "rails"),
            ...mediaVolumes(spec),
            { name: "config", configMap: { name: frontName } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}

function pumaContainer(spec: MastodonSpec): ReturnType<typeof railsContainer> {
  const { processes, threads, footprint } = spec.size.web;
  const container = railsContainer(spec, {
    name: "puma",
    args: ["bundle", "exec", "puma", "-C", "config/puma.rb"],
    footprint,
    threads,
    mounts: mediaMounts(spec),
    own: { WEB_CONCURRENCY: String(processes), MAX_THREADS: String(threads) },
  });
  return {
    ...container,
    ports: [{ name: "puma", containerPort: pumaPort }],
    // Rails loads all its code first. `/health` answers to any Host and over plain HTTP.
    startupProbe: { httpGet: { path: "/health", port: "puma" }, periodSeconds: 2, failureThreshold: 300 },
    livenessProbe: { tcpSocket: { port: "puma" }, periodSeconds: 20, failureThreshold: 6 },
    // nginx drains for 8 s and still asks puma meanwhile.
    lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
  };
}
