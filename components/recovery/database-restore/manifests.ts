import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { postgresqlImage } from "../../foundation/image/catalogue.ts";
import { nearNodeOf } from "../../foundation/manifest/affinity.ts";
import { copyDeadlineSeconds, jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job, NetworkPolicy, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { allowToPeers, type PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { programConfigMap, programVolume } from "../../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import { type DatabaseSpec, serverUid, serverWorkload } from "../../platform/database/manifests.ts";
import { type RestoreFrom, restoreName } from "../../platform/database/restore.ts";
import {
  type RestoreSettings,
  restoreSecretFiles,
  restoreSecretsFolder,
  restoreSettingsFile,
  restoreSettingsFolder,
} from "./settings.ts";
import { toolContainers, tools, toolsMount, toolsVolume } from "./tools.ts";

const name = "database-restore";
const program = `${name}-program`;

/** Resources of a pod that restores a server. */
export const restoreResources = { cpu: 0.1, requestMiB: 128, limitMiB: 448 };
const heapMiB = 128;

/** A server and the moment that it is restored to. */
export interface RestoreSpec extends DatabaseSpec {
  restoreFrom: RestoreFrom;
  places: PeerPlaces;
}

/** Labels of the pod that restores. In a server's namespace, it alone reaches the vaults. */
export function restoreWorkload({ commune, server }: Pick<DatabaseSpec, "commune" | "server">): Workload {
  return {
    ...serverWorkload({ commune, server }),
    component: "restore",
  };
}

function restoreSettings({ commune, server, restoreFrom }: RestoreSpec): RestoreSettings {
  const { vault, at } = restoreFrom;
  return { commune, server, vault, at, name: restoreName(restoreFrom) };
}

export function restoreConfigMap(spec: RestoreSpec): ConfigMap {
  const { authority } = spec.places;
  return configMapOf(restoreWorkload(spec), name, {
    [restoreSettingsFile]: `${JSON.stringify(restoreSettings(spec), undefined, 2)}\n`,
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

export function restoreProgram(spec: RestoreSpec, text: string): ConfigMap {
  return programConfigMap(metadataOf(restoreWorkload(spec), program), text);
}

export function restoreSecret(
  spec: RestoreSpec,
  values: Readonly<Record<keyof typeof restoreSecretFiles, Input<string>>>,
): Secret {
  return secretOf(restoreWorkload(spec), name, {
    [restoreSecretFiles.repository]: values.repository,
    [restoreSecretFiles.vault]: values.vault,
  });
}

export function restoreNetworkPolicy(spec: RestoreSpec): NetworkPolicy {
  return allowToPeers([restoreWorkload(spec)], spec.places);
}

/**
 * Returns the Job that restores beside the current data while the server runs. Another moment or another program makes
 * another Job.
 */
export function restoreJob(spec: RestoreSpec, text: string): Job {
  const workload = restoreWorkload(spec);
  return jobOf({
    metadata: metadataOf(workload, name),
    reads: [restoreConfigMap(spec).data, text],
    annotations: (job) => whenItFails(workload, job, "Nothing was changed: the server is as it was."),
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: copyDeadlineSeconds,
      template: {
        metadata: { labels: labelsOf(workload) },
        spec: besideServer(spec, { name, authority: spec.places.authority }),
      },
    },
  });
}

type RestoredServer = Pick<DatabaseSpec, "commune" | "server" | "major">;

/** Objects of a pod that restores: settings and program are ConfigMaps named after `name`. */
interface RestorePodParts {
  name: string;
  authority: string | undefined;
  /** Volume that the server comes back on. */
  data: Omit<types.input.core.v1.Volume, "name">;
  /** Secret that opens the vaults and the repositories. */
  secret: types.input.core.v1.SecretVolumeSource;
}

/** Returns the pod that restores onto the server's own volume, with a Secret named after `name`. */
export function besideServer(
  server: RestoredServer,
  { name, authority }: Pick<RestorePodParts, "name" | "authority">,
): types.input.core.v1.PodSpec {
  return {
    // Only one node can mount the volume.
    affinity: nearNodeOf(serverWorkload(server)),
    ...restorePod(server, {
      ...{ name, authority },
      data: { persistentVolumeClaim: { claimName: "database-data" } },
      secret: { secretName: name, defaultMode: 0o440 },
    }),
  };
}

/** Returns the pod that restores a server. */
export function restorePod(
  server: Pick<RestoredServer, "major">,
  { name, authority, data, secret }: RestorePodParts,
): types.input.core.v1.PodSpec {
  return {
    restartPolicy: "Never",
    ...podBaseline(serverUid),
    initContainers: toolContainers(authority, restoreSettingsFolder),
    containers: [
      {
        name: "restore",
        image: postgresqlImage(server.major),
        command: [tools.node, `--max-old-space-size=${heapMiB}`, "/program/main.mjs"],
        env: [
          { name: "RESTORE_RESTIC", value: tools.restic },
          { name: "RESTORE_AUTHORITIES", value: tools.authorities },
          ...authorityEnvironment(authority, restoreSettingsFolder).filter(
            (variable) => variable.name === "NODE_EXTRA_CA_CERTS",
          ),
        ],
        resources: resourceRequirements(restoreResources),
        securityContext: containerSecurity,
        // A failed update shows the end of the log.
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: "data", mountPath: "/var/lib/postgresql/data" },
          { name: "settings", mountPath: restoreSettingsFolder, readOnly: true },
          { name: "secrets", mountPath: restoreSecretsFolder, readOnly: true },
          { name: "program", mountPath: "/program", readOnly: true },
          toolsMount,
          { name: "sockets", mountPath: "/var/run/postgresql" },
          { name: "cache", mountPath: "/cache" },
          { name: "run", mountPath: "/run/restore" },
          { name: "tmp", mountPath: "/tmp" },
          { name: "shared-memory", mountPath: "/dev/shm" },
        ],
      },
    ],
    volumes: [
      { name: "data", ...data },
      { name: "settings", configMap: { name } },
      { name: "secrets", secret },
      programVolume(`${name}-program`),
      toolsVolume,
      { name: "sockets", emptyDir: {} },
      { name: "cache", emptyDir: {} },
      // Addresses that contain passwords.
      { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      { name: "tmp", emptyDir: {} },
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "128Mi" } },
    ],
  };
}
