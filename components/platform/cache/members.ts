import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { Secret, Service, StatefulSet } from "../../foundation/manifest/manifest.ts";
import { secretOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { VolumeSpec } from "../../foundation/volume/manifests.ts";
import type { CacheClient, CacheVolume } from "./contract.ts";
import {
  type CacheSpec,
  cacheConnection,
  cachePort,
  cacheUid,
  cacheVolume,
  cacheWorkload,
  serverResources,
  valkeyConfig,
} from "./manifests.ts";
import { proxyQuota } from "./proxy.ts";
import { cacheLimitMiB } from "./sizing.ts";

/** Port of Sentinel, its own default. */
export const sentinelPort = 26_379;

/** Members of a cache: with one lost, two agree on the master, and one follows it. */
const members = ["0", "1", "2"] as const;
type Member = (typeof members)[number];

/** Sentinels that have to agree that the master is unavailable. */
const quorum = 2;

const sentinelResources = { cpu: 0.01, requestMiB: 16, limitMiB: 32 };

type Owner = Pick<CacheSpec, "commune" | "service">;

/** Name of a member: of its Service, and thereby its address. */
function memberName({ service }: Pick<Owner, "service">, member: Member): string {
  return `${cacheConnection(service).host}-${member}`;
}

function memberWorkload(owner: Owner, member: Member): Workload {
  return { ...cacheWorkload(owner), component: `cache-${member}` };
}

/** Names of the members, which is also where they are found. */
export function memberNames(owner: Pick<Owner, "service">): string[] {
  return members.map((member) => memberName(owner, member));
}

/** Labels of the pods of all members. */
export function everyMember(owner: Owner): Record<string, string> {
  const { "app.kubernetes.io/component": _, ...instance } = selectorOf(cacheWorkload(owner));
  return { ...instance, "app.kubernetes.io/name": "valkey" };
}

/**
 * Valkey's configuration for one of several. A master without a follower takes no writes: none that it would acknowledge
 * could be kept if its node went. What it acknowledged within the last second before a loss may be lost, since
 * followers do not confirm. Source: https://valkey.io/topics/replication/
 */
export function memberConfig(password: string, of: Pick<CacheSpec, "memoryMiB" | "volume">): string {
  return [
    valkeyConfig(password, of).trimEnd(),
    `masterauth ${password}`,
    "min-replicas-to-write 1",
    "min-replicas-max-lag 10",
    "",
  ].join("\n");
}

/** Returns the Secret of all members, which has the name of a single server's. */
export function membersSecret(spec: CacheSpec, password: Input<string>, config: Input<string>): Secret {
  return secretOf(cacheWorkload(spec), cacheConnection(spec.service).host, {
    "valkey.conf": config,
    password,
  });
}

/** A member with everything that is made of it. */
interface MemberManifests {
  /** Whether it takes the place of the single server: the others' volumes are copies of its. */
  isFirst: boolean;
  service: Service;
  /** undefined for entries that can be lost at any time. */
  volume: VolumeSpec | undefined;
  server: StatefulSet;
}

/** Returns the members, in the order in which they start. */
export function memberManifests(spec: CacheSpec): MemberManifests[] {
  return members.map((member) => ({
    isFirst: member === "0",
    service: memberService(spec, member),
    volume: spec.volume && memberVolume(spec, spec.volume, member),
    server: memberServer(spec, member),
  }));
}

/** The address of one member, which stays whatever its pod's is; also before it is ready, for the others to find it. */
function memberService(spec: CacheSpec, member: Member): Service {
  const workload = memberWorkload(spec, member);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, memberName(spec, member)),
    spec: {
      publishNotReadyAddresses: true,
      selector: selectorOf(workload),
      ports: [
        { name: "valkey", port: cachePort, targetPort: "valkey" },
        { name: "sentinel", port: sentinelPort, targetPort: "sentinel" },
      ],
    },
  };
}

/** The first member goes on with the volume of the single server that was there before. */
function memberVolume(spec: CacheSpec, volume: CacheVolume, member: Member): VolumeSpec {
  const single = cacheVolume(spec, volume);
  return member === "0"
    ? single
    : { ...single, workload: memberWorkload(spec, member), name: memberName(spec, member) };
}

function memberServer(spec: CacheSpec, member: Member): StatefulSet {
  const workload = memberWorkload(spec, member);
  const name = memberName(spec, member);
  const volume = spec.volume && memberVolume(spec, spec.volume, member);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload, name),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/secrets": spec.passwordLabel,
            // Without the password: what stands here is not secret.
            "commune.cloud/config": checksum(memberConfig("", spec)),
          },
        },
        spec: {
          ...podBaseline(cacheUid),
          ...(member === "0" && volume && { affinity: apartFromSingle(spec) }),
          // One on each node, or waiting for one: two that are lost together leave nobody who may choose.
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: everyMember(spec) },
            },
          ],
          containers: [valkeyContainer(spec, name), sentinelContainer(spec, name)],
          volumes: [
            {
              name: "config",
              secret: { secretName: cacheConnection(spec.service).host, defaultMode: 0o440 },
            },
            { name: "tmp", emptyDir: {} },
            {
              name: "data",
              ...(volume ? { persistentVolumeClaim: { claimName: volume.name } } : { emptyDir: {} }),
            },
          ],
        },
      },
    },
  };
}

/**
 * Returns the rule that keeps the single server from starting while the first member has its volume, and the member while that
 * server does: `single` may be written again after an update that ended half-way, and two servers would write to one file. The
 * label is the same on every node, since some volumes can be mounted on two.
 */
function apartFromSingle(spec: CacheSpec): types.input.core.v1.Affinity {
  const single = cacheWorkload(spec);
  // Proxies have its selector, and another software.
  const labels = { ...selectorOf(single), "app.kubernetes.io/name": single.software };
  const term = { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/os" };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

function valkeyContainer(spec: CacheSpec, name: string): types.input.core.v1.Container {
  const handover = script("handover", {
    PORT: cachePort,
    SENTINEL_PORT: sentinelPort,
  });
  return {
    ...memberContainer(
      "valkey",
      name,
      memberScript(spec, "member", { PORT: cachePort, SENTINEL_PORT: sentinelPort }),
    ),
    ports: [{ name: "valkey", containerPort: cachePort }],
    ...probes("valkey"),
    // Another takes over before this one ends: a drain loses nothing, and nobody waits until it is missed.
    lifecycle: { preStop: { exec: { command: ["sh", "-uc", handover] } } },
    resources: resourceRequirements(serverResources(spec)),
  };
}

function sentinelContainer(spec: CacheSpec, name: string): types.input.core.v1.Container {
  const text = memberScript(spec, "sentinel", {
    PORT: cachePort,
    SENTINEL_PORT: sentinelPort,
    QUORUM: quorum,
  });
  return {
    ...memberContainer("sentinel", name, text),
    ports: [{ name: "sentinel", containerPort: sentinelPort }],
    ...probes("sentinel"),
    resources: resourceRequirements(sentinelResources),
  };
}

/** Returns a container of a member. The state of a sentinel is beside the entries: whoever reads it could read those. */
function memberContainer(name: string, member: string, text: string): types.input.core.v1.Container {
  return {
    name,
    image: images.valkey.reference,
    command: ["sh", "-euc"],
    args: [text],
    env: [{ name: "MEMBER", value: member }],
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "config", mountPath: "/etc/valkey", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
      { name: "data", mountPath: "/data" },
    ],
  };
}

const probes = (port: string) => ({
  readinessProbe: { tcpSocket: { port }, periodSeconds: 2 },
  livenessProbe: { tcpSocket: { port }, periodSeconds: 20, failureThreshold: 3 },
});

const script = (name: string, values: Readonly<Record<string, string | number>>) =>
  readTemplate(`platform/cache/pod/${name}.sh`, values);

/** A script of a member, which begins by finding the master. */
function memberScript(
  spec: CacheSpec,
  name: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const names = memberNames(spec);
  const MASTER = script("master", {
    MEMBERS: names.join(" "),
    FIRST: memberName(spec, "0"),
    SENTINEL_PORT: sentinelPort,
  });
  return script(name, { MASTER, ...values });
}

/** Returns the resources that several members and their proxies take beyond those of a single server. */
export function quotaBeyondOne({ memoryMiB, volume }: Pick<CacheClient, "memoryMiB" | "volume">): Quota {
  const more = members.length - 1;
  const proxies = proxyQuota();
  return {
    memoryMiB:
      more * cacheLimitMiB(memoryMiB) + members.length * sentinelResources.limitMiB + proxies.memoryMiB,
    storageGiB: more * (volume?.sizeGiB ?? 0),
    pods: more + proxies.pods,
  };
}
