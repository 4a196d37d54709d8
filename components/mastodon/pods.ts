import type { types } from "@pulumi/kubernetes";
import { mastodonImage } from "../image/catalogue.ts";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, selectorOf } from "../manifest/labels.ts";
import type { ConfigMap, PersistentVolumeClaim } from "../manifest/manifest.ts";
import { type Footprint, resourcesOf } from "../manifest/resources.ts";
import { containerSecurity, podFloor } from "../manifest/security.ts";
import { authorityEnvironment, authorityKey } from "../site/authority.ts";
import { volumeClaim } from "../volume/manifests.ts";
import { environmentConfigMap, environmentOf, type MastodonProcess } from "./environment.ts";
import { type MastodonPart, type MastodonSpec, metadataOf, partOf } from "./spec.ts";

/** User and group of both images. Source: Dockerfile and streaming/Dockerfile of v4.6.5. */
const uid = 991;

/** What every pod of Mastodon has in common. */
export const podSpec = podFloor(uid);

/** The volumes of a pod that runs Rails: `cache` is Rails' own `tmp`, `work` is where uploads are converted. */
export const railsVolumes: types.input.core.v1.Volume[] = [
  { name: "cache", emptyDir: {} },
  { name: "work", emptyDir: {} },
];

const authorityName = "mastodon-authority";
const authorityFolder = "/etc/commune";

/** The certificate authority of peers, where a site has one. */
export function authorityConfigMap({ commune, authority }: MastodonSpec): ConfigMap[] {
  if (authority === undefined) return [];
  const metadata = metadataOf(commune, "web", authorityName);
  return [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: { [authorityKey]: authority } }];
}

/** Whether a process is told of the authority: it speaks to peers, or to a database that proves who it is. */
function asksForProof({ authority, database }: MastodonSpec, process: MastodonProcess): boolean {
  return authority !== undefined && (process === "rails" || database.sslMode === "verify-full");
}

/** The volume of the authority, for a pod of a process that is told of it. */
export function authorityVolumes(spec: MastodonSpec, process: MastodonProcess): types.input.core.v1.Volume[] {
  if (!asksForProof(spec, process)) return [];
  return authorityConfigMap(spec).map(({ metadata: { name } }) => ({
    name: "authority",
    configMap: { name },
  }));
}

const mediaClaim = "mastodon-media";

/** The volume of media, when they are on a volume. */
export function mediaVolumeClaim(spec: MastodonSpec): PersistentVolumeClaim[] {
  if (spec.media.kind === "s3") return [];
  const { sizeGiB, storageClass } = spec.media;
  return [volumeClaim({ workload: partOf(spec.commune, "web"), name: mediaClaim, sizeGiB, storageClass })];
}

/** The same as a pod mounts it. */
export function mediaVolumes({ media }: MastodonSpec): types.input.core.v1.Volume[] {
  return media.kind === "s3" ? [] : [{ name: "media", persistentVolumeClaim: { claimName: mediaClaim } }];
}

/** Where Rails keeps media that are on a volume. Source: config/initializers/paperclip.rb of v4.6.5. */
export function mediaMounts({ media }: MastodonSpec): types.input.core.v1.VolumeMount[] {
  return media.kind === "s3" ? [] : [{ name: "media", mountPath: "/opt/mastodon/public/system" }];
}

/** A volume can be mounted by one node only: whatever mounts it runs where the web pods run. */
export function besideMedia({ commune, media }: MastodonSpec): Pick<types.input.core.v1.PodSpec, "affinity"> {
  if (media.kind === "s3") return {};
  return {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: selectorOf(partOf(commune, "web")) },
            topologyKey: "kubernetes.io/hostname",
          },
        ],
      },
    },
  };
}

/** A container that runs Rails: what its threads are, they have as many connections to the database. */
export function railsContainer(
  spec: MastodonSpec,
  {
    name,
    args,
    footprint,
    threads,
    own = {},
    mounts = [],
    process = "rails",
  }: {
    name: string;
    args: string[];
    footprint: Footprint;
    threads: number;
    own?: Readonly<Record<string, string>>;
    mounts?: readonly types.input.core.v1.VolumeMount[];
    process?: Exclude<MastodonProcess, "streaming">;
  },
): types.input.core.v1.Container {
  return {
    name,
    image: mastodonImage(spec.version),
    // Arguments of the image's own entry point, tini: a `command` would replace it.
    args,
    ...environmentOf(spec, process, {
      DB_POOL: String(threads),
      ...authorityVariables(spec, process),
      ...own,
    }),
    resources: resourcesOf(footprint),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "cache", mountPath: "/opt/mastodon/tmp" },
      { name: "work", mountPath: "/tmp" },
      ...authorityMounts(spec, process),
      ...mounts,
    ],
  };
}

/** How a process that is told of the authority finds it. */
export function authorityVariables(spec: MastodonSpec, process: MastodonProcess): Record<string, string> {
  if (!asksForProof(spec, process)) return {};
  return Object.fromEntries(
    authorityEnvironment(spec.authority, authorityFolder).map(({ name, value }) => [
      String(name),
      String(value),
    ]),
  );
}

/** Where it is mounted. */
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
  part: MastodonPart,
  files: readonly ConfigMap[] = [],
): types.input.meta.v1.ObjectMeta {
  return {
    labels: labelsOf(partOf(spec.commune, part)),
    annotations: {
      "commune.cloud/config": checksum(
        [environmentConfigMap(spec), ...authorityConfigMap(spec), ...files].map(({ data }) => data),
      ),
      "commune.cloud/secrets": spec.secretLabels.join(","),
    },
  };
}
