import { metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { Deployment, Service } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { environmentOf } from "./environment.ts";
import { mastodonStreamingImage } from "./images.ts";
import { authorityMounts, authorityVariables, authorityVolumes, podMetadata, podSpec } from "./pods.ts";
import { pooledEnvironment } from "./pooler.ts";
import type { MastodonSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Name of the streaming server's Deployment and Service. */
export const streamingName = "mastodon-streaming";

/** Port of the streaming server. Source: streaming/Dockerfile of v4.6.5. */
export const streamingPort = 4000;

/** Service at which nginx finds the streaming server. */
export function streamingService({ commune }: Pick<MastodonSpec, "commune">): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workloadOf(commune, "streaming"), streamingName),
    spec: {
      selector: selectorOf(workloadOf(commune, "streaming")),
      ports: [{ name: "streaming", port: streamingPort, targetPort: "streaming" }],
    },
  };
}

/** The server that keeps a line open to every open page; it writes nothing. */
/** On all addresses of the pod; its image says IPv4 alone, and IPv6 is not to be asked of a kernel that has none. */
const start = "if [ -e /proc/net/if_inet6 ]; then export BIND=::; fi; exec node ./streaming/index.js";

export function streamingDeployment(spec: MastodonSpec): Deployment {
  const { replicas, connections, resources } = spec.size.streaming;
  const mounts = authorityMounts(spec, "streaming");
  const probe = { httpGet: { path: "/api/v1/streaming/health", port: "streaming" }, timeoutSeconds: 5 };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workloadOf(spec.commune, "streaming"), streamingName),
    spec: {
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf(workloadOf(spec.commune, "streaming")) },
      template: {
        metadata: podMetadata(spec, "streaming"),
        spec: {
          ...podSpec,
          containers: [
            {
              name: "streaming",
              image: mastodonStreamingImage(spec.version),
              command: ["bash", "-c", start],
              ...environmentOf(spec, "streaming", {
                DB_POOL: String(connections),
                DB_SSLMODE: nodeSslMode(spec),
                ...pooledEnvironment(spec),
                ...authorityVariables(spec, "streaming"),
              }),
              ports: [{ name: "streaming", containerPort: streamingPort }],
              readinessProbe: { ...probe, periodSeconds: 2 },
              livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 3 },
              // Pages come back by themselves, but a new line must not meet a server that is leaving.
              lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
              resources: resourceRequirements(resources),
              securityContext: containerSecurity,
              ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
            },
          ],
          ...(mounts.length > 0 ? { volumes: authorityVolumes(spec, "streaming") } : {}),
        },
      },
    },
  };
}

/** Node's client checks the certificate unless told not to, and knows no `require`. Source: streaming/database.js. */
function nodeSslMode({ database }: Pick<MastodonSpec, "database">): string {
  return database.sslMode === "require" ? "no-verify" : database.sslMode;
}
