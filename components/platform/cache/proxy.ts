import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { type CacheSpec, cacheConnection, cachePort, cacheWorkload } from "./manifests.ts";

/** User of the official image. Source: docker-library/haproxy, Dockerfile. */
const uid = 99;

const replicas = 2;

/** Connections that a proxy holds, two for each client; each takes two buffers of 16 KiB. */
const connections = 2000;
const resources = { cpu: 0.02, requestMiB: 32, limitMiB: 128 };

const file = "haproxy.cfg";

/** Returns the resources that the proxies take, apart from the place of the single server that they take. */
export function proxyQuota(): Pick<Quota, "memoryMiB" | "pods"> {
  return { memoryMiB: replicas * resources.limitMiB, pods: replicas };
}

const proxyWorkload = (spec: CacheSpec): Workload => ({ ...cacheWorkload(spec), software: "haproxy" });
const configName = ({ service }: Pick<CacheSpec, "service">) => `${cacheConnection(service).host}-proxy`;

/** @param members addresses of the members. */
function proxyConfig(members: readonly string[]): string {
  return readTemplate("platform/cache/pod/haproxy.cfg", {
    CONNECTIONS: connections,
    PORT: cachePort,
    SOCKETS: members
      .map((member) => `  server ${member} abns@${member} track ${member}/${member}`)
      .join("\n"),
    MEMBERS: members.map(memberSection).join("\n"),
  });
}

/** Returns the section that leads from the socket of a member to the member. */
const memberSection = (member: string) => `listen ${member}
  bind abns@${member}
  server ${member} ${member}:${cachePort} check inter 1s fastinter 300ms fall 2 rise 1 init-addr libc
`;

export function proxyConfigMap(spec: CacheSpec, members: readonly string[]): ConfigMap {
  return configMapOf(proxyWorkload(spec), configName(spec), { [file]: proxyConfig(members) });
}

/**
 * Returns the proxies through which clients reach the member that takes writes, at the address of a single server: they
 * need not know of the others. They have the name and the selector of a single server.
 */
export function proxyDeployment(spec: CacheSpec, members: readonly string[]): Deployment {
  const workload = proxyWorkload(spec);
  const name = cacheConnection(spec.service).host;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, name),
    spec: {
      replicas,
      // A single server that was there before has ended, and let go of its volume, when the first proxy starts.
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/secrets": spec.passwordLabel,
            "commune.cloud/config": checksum(proxyConfig(members)),
          },
        },
        spec: {
          ...podBaseline(uid),
          containers: [
            {
              name: "haproxy",
              image: images.haproxy.reference,
              command: ["haproxy", "-db", "-f", `/etc/haproxy/${file}`],
              env: [{ name: "VALKEY_PASSWORD", valueFrom: { secretKeyRef: { name, key: "password" } } }],
              ports: [{ name: "valkey", containerPort: cachePort }],
              readinessProbe: { tcpSocket: { port: "valkey" }, periodSeconds: 2 },
              livenessProbe: { tcpSocket: { port: "valkey" }, periodSeconds: 20, failureThreshold: 3 },
              // New clients go to the other proxy first, then those that are here finish: told to end, HAProxy cuts them off.
              lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 5; kill -USR1 1; sleep 5"] } } },
              resources: resourceRequirements(resources),
              securityContext: containerSecurity,
              volumeMounts: [{ name: "config", mountPath: "/etc/haproxy", readOnly: true }],
            },
          ],
          volumes: [{ name: "config", configMap: { name: configName(spec) } }],
        },
      },
    },
  };
}
