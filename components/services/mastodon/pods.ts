import type { types } from "@pulumi/kubernetes";
import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import {
  environmentConfigMap,
  environmentOf,
  type MastodonProcess,
  type OwnVariables,
} from "./environment.ts";
import { mastodonImage } from "./images.ts";
import { pooledEnvironment } from "./pooler.ts";
import type { MastodonSpec } from "./spec.ts";
import { type MastodonComponent, workloadOf } from "./workloads.ts";

/** User and group of both images. Source: Dockerfile and streaming/Dockerfile of v4.6.5. */
export const uid = 991;

/** Pod settings that all pods of Mastodon share. */
export const podSpec = podBaseline(uid);

/** The volumes of a pod that runs Rails: `cache` is Rails' own `tmp`, `work` is where uploads are converted. */
export const railsVolumes: types.input.core.v1.Volume[] = [
  { name: "cache", emptyDir: {} },
  { name: "work", emptyDir: {} },
];

const authorityName = "mastodon-authority";
const authorityFolder = "/etc/commune";

/** The certificate authority of peers, where a site has one. */
export function authorityConfigMap({ commune, peers: { authority } }: MastodonSpec): ConfigMap[] {
  if (authority === undefined) return [];
  const metadata = metadataOf(workloadOf(commune, "web"), authorityName);
  return [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: { [authorityKey]: authority } }];
}

const meetsPeers = (process: MastodonProcess) => process !== "job" && process !== "streaming";

/** Whether a process needs the authority: it speaks to peers, or to a database that proves who it is. */
function asksForProof({ peers: { authority }, database }: MastodonSpec, process: MastodonProcess): boolean {
  return authority !== undefined && (meetsPeers(process) || database.sslMode === "verify-full");
}

/** The volume of the authority, for a pod of a process that needs it. */
export function authorityVolumes(spec: MastodonSpec, process: MastodonProcess): types.input.core.v1.Volume[] {
  if (!asksForProof(spec, process)) return [];
  return authorityConfigMap(spec).map(({ metadata: { name } }) => ({
    name: "authority",
    configMap: { name },
  }));
}

/** Name of the volume of media, when they are on a volume. */
export const mediaClaim = "mastodon-media";

/** The volume of media as a pod mounts it. */
export function mediaVolumes({ media }: MastodonSpec): types.input.core.v1.Volume[] {
  return media.kind === "s3" ? [] : [{ name: "media", persistentVolumeClaim: { claimName: mediaClaim } }];
}

/** Mounts of media that are on a volume, where Rails keeps them. Source: config/initializers/paperclip.rb of v4.6.5. */
export function mediaMounts({ media }: MastodonSpec): types.input.core.v1.VolumeMount[] {
  return media.kind === "s3" ? [] : [{ name: "media", mountPath: "/opt/mastodon/public/system" }];
}

/** A volume can be mounted by one node only: whatever mounts it runs where the web pods run. */
export function besideMedia({ commune, media }: MastodonSpec): Pick<types.input.core.v1.PodSpec, "affinity"> {
  if (media.kind === "s3") return {};
  return { affinity: onNodeOf(workloadOf(commune, "web")) };
}

/** A container that runs Rails: what its threads are, they have as many connections to the database. */
export function railsContainer(
  spec: MastodonSpec,
  {
    name,
    args,
    resources,
    threads,
    own = {},
    mounts = [],
    process,
  }: {
    name: string;
    args: string[];
    resources: Resources;
    threads: number;
    own?: OwnVariables;
    mounts?: readonly types.input.core.v1.VolumeMount[];
    process: Exclude<MastodonProcess, "streaming">;
  },
): types.input.core.v1.Container {
  return {
    name,
    image: mastodonImage(spec.version),
    // Arguments of the image's own entry point, tini: a `command` would replace it.
    args,
    ...environmentOf(spec, process, {
      DB_POOL: String(threads),
      ...(process === "job" ? {} : pooledEnvironment(spec)),
      ...authorityVariables(spec, process),
      ...own,
    }),
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "cache", mountPath: "/opt/mastodon/tmp" },
      { name: "work", mountPath: "/tmp" },
      ...authorityMounts(spec, process),
      ...mounts,
    ],
  };
}

/** Returns the variables by which a process that needs the authority finds it. */
export function authorityVariables(spec: MastodonSpec, process: MastodonProcess): Record<string, string> {
  if (!asksForProof(spec, process)) return {};
  return Object.fromEntries(
    authorityEnvironment(spec.peers.authority, authorityFolder).map(({ name, value }) => [
      String(name),
      String(value),
    ]),
  );
}

/** Mounts of the authority. */
export function authorityMounts(
  spec: MastodonSpec,
  process: MastodonProcess,
): types.input.core.v1.VolumeMount[] {
  return asksForProof(spec, process)
    ? [{ name: "authority", mountPath: authorityFolder, readOnly: true }]
    : [];
}

/** Labels and annotations of the pods of a part: they start again when what they read changes, and only then. */
export function podMetadata(
  spec: MastodonSpec,
  part: MastodonComponent,
  files: readonly ConfigMap[] = [],
): types.input.meta.v1.ObjectMeta {
  return {
    labels: labelsOf(workloadOf(spec.commune, part)),
    annotations: {
      "commune.cloud/config": checksum(
        [environmentConfigMap(spec), ...authorityConfigMap(spec), ...files].map(({ data }) => data),
      ),
      "commune.cloud/secrets": spec.secretLabels.join(","),
    },
  };
}
