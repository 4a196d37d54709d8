import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, Secret } from "../../foundation/manifest/manifest.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { programConfigMap, programContainer, programVolume } from "../../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { dumpScript } from "./dump.ts";
import { loadScript } from "./load.ts";
import type { Reason } from "./manifest.ts";
import { type PointsPlan, pointLimitMiB } from "./plan.ts";
import { pointsFolders, pointsSecrets, rowsStep } from "./settings.ts";

export const pointsName = "restore-point";

/** What the pods of one service's points depend on, beside their plan. */
export interface PointsSpec extends PointsPlan {
  connection: DatabaseConnection;
  /** Certificate authority of the vaults, PEM, beside the system's. */
  authority: string | undefined;
}

/** The pods that take restore points. They hold what the service holds. */
export function pointsWorkload({
  commune,
  service,
  beside,
}: Pick<PointsPlan, "commune" | "service" | "beside">): Workload {
  return { commune, service, component: pointsName, software: "restic", data: beside.data };
}

export function pointsConfigMap({ authority, ...plan }: PointsSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(pointsWorkload(plan), pointsName),
    data: {
      "settings.json": `${JSON.stringify(plan.settings, undefined, 2)}\n`,
      ...(authority === undefined ? {} : { [authorityKey]: authority }),
    },
  };
}

export function pointsProgram(plan: PointsPlan, text: string): ConfigMap {
  return programConfigMap(metadataOf(pointsWorkload(plan), `${pointsName}-program`), text);
}

export function pointsSecret(
  plan: PointsPlan,
  values: Record<keyof typeof pointsSecrets, Input<string>>,
): Secret {
  const files = Object.entries(pointsSecrets) as [keyof typeof pointsSecrets, string][];
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(pointsWorkload(plan), pointsName),
    type: "Opaque",
    stringData: Object.fromEntries(files.map(([key, file]) => [file, values[key]])),
  };
}

/** Measured: docs/restore-point.md. */
const resources: Resources = { cpu: 0.05, requestMiB: 128, limitMiB: pointLimitMiB };
const small: Resources = { cpu: 0.01, requestMiB: 32, limitMiB: 128 };

const { work, tools, secrets, settings, volumes } = pointsFolders;
const tmp = { name: "tmp", mountPath: "/tmp" };
const toolsMount = { name: "tools", mountPath: tools };
const workMount = { name: "work", mountPath: work };
const secretsMount = { name: "secrets", mountPath: secrets, readOnly: true };

/**
 * The routine point: rows, then files, so that a file may be one too many and none is missing; the manifest is written
 * when both were read back. Whoever kills it half-way leaves no point.
 */
export function pointsCronJob(spec: PointsSpec, schedule: string): CronJob {
  const workload = pointsWorkload(spec);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, pointsName),
    spec: {
      schedule,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: 72_000,
          template: {
            metadata: { labels: labelsOf(workload) },
            spec: pointPod(spec, { reason: "schedule", affinity: onNodeOf(spec.beside) }),
          },
        },
      },
    },
  };
}

export const restoreName = "restore";

/** What brings the rows of a point into a database beside the service's. */
export const loadName = "restore-rows";

/** What a restore of files runs, step by step, when a person asks for it; by itself never. */
export function restoreCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, restoreName, {
    ...basePod(spec),
    affinity: onNodeOf(spec.beside),
    initContainers: [toolContainer],
    containers: [nodeContainer(spec, "preview")],
    volumes: [...volumesOf(spec, () => false), ...ownVolumes],
  });
}

/** The same for its rows. It needs none of the volumes, so it runs anywhere. */
export function loadCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, loadName, {
    ...basePod(spec),
    initContainers: [toolContainer, nodeContainer(spec, rowsStep)],
    containers: [postgresqlContainer(spec, "load", loadScript)],
    volumes: ownVolumes,
  });
}

/** A CronJob whose runs a person asks for. */
function suspended(spec: PointsSpec, name: string, pod: types.input.core.v1.PodSpec): CronJob {
  const workload = pointsWorkload(spec);
  const labels = labelsOf(workload);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, name),
    spec: {
      suspend: true,
      schedule: "0 0 1 1 *",
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 72_000,
          template: { metadata: { labels }, spec: pod },
        },
      },
    },
  };
}

const basePod = ({ contents }: PointsSpec) => ({ ...podBaseline(contents.uid), restartPolicy: "Never" });

/** Why a point is taken, and where. */
interface Taking {
  reason: Reason;
  affinity: types.input.core.v1.Affinity;
}

/** The pod that takes a point. */
export function pointPod(spec: PointsSpec, { reason, affinity }: Taking): types.input.core.v1.PodSpec {
  return {
    ...basePod(spec),
    affinity,
    initContainers: [
      toolContainer,
      nodeContainer(spec, "begin", reason),
      postgresqlContainer(spec, "dump", dumpScript),
    ],
    containers: [nodeContainer(spec, "finish", reason)],
    volumes: [...volumesOf(spec, (name) => !isFrozenBy(spec, reason, name)), ...ownVolumes],
  };
}

function volumesOf(
  { contents }: PointsSpec,
  isReadOnly: (name: string) => boolean,
): types.input.core.v1.Volume[] {
  return contents.volumes.map(({ name }) => ({
    name: `of-${name}`,
    persistentVolumeClaim: { claimName: name, ...(isReadOnly(name) && { readOnly: true }) },
  }));
}

const ownVolumes: types.input.core.v1.Volume[] = [
  { name: "settings", configMap: { name: pointsName } },
  { name: "secrets", secret: { secretName: pointsName, defaultMode: 0o440 } },
  { name: "work", emptyDir: { sizeLimit: "64Mi" } },
  // restic's cache: indexes and folders of what it compares with.
  { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
  { name: "tools", emptyDir: {} },
  programVolume(`${pointsName}-program`),
];

/** Brings restic, one program, to the containers of other images. */
const toolContainer: types.input.core.v1.Container = {
  name: "restic",
  image: images.restic.reference,
  command: ["cp", "/usr/bin/restic", `${tools}/restic`],
  resources: resourceRequirements(small),
  securityContext: containerSecurity,
  volumeMounts: [toolsMount],
};

/** `begin` finds the chain and the repository, `finish` copies files and writes the manifest. */
function nodeContainer(
  spec: PointsSpec,
  step: "begin" | "finish" | "preview" | typeof rowsStep,
  reason: Reason = "schedule",
): types.input.core.v1.Container {
  return {
    ...programContainer({
      name: step === "preview" ? restoreName : step,
      args: [step],
      resources,
      heapMiB: 192,
      env: [
        // What a person asks for says so in its place.
        { name: "REASON", value: reason },
        { name: "HOME", value: "/tmp" },
        ...authorityEnvironment(spec.authority, settings),
      ],
      mounts: [
        { name: "settings", mountPath: settings, readOnly: true },
        secretsMount,
        workMount,
        tmp,
        { ...toolsMount, readOnly: true },
        ...mountsOf(spec, step, reason),
      ],
    }),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** Before a change, where the service can be kept from writing: files twice, the second time with nobody there. */
function isInTwoPasses({ contents }: PointsSpec, reason: Reason): boolean {
  return reason === "before" && contents.freeze !== undefined;
}

/** Whether what takes the point writes the file that keeps people from writing on a volume. It changes nothing else. */
function isFrozenBy(spec: PointsSpec, reason: Reason, volume: string): boolean {
  return isInTwoPasses(spec, reason) && volume === spec.contents.freeze?.volume;
}

function mountsOf(spec: PointsSpec, step: string, reason: Reason): types.input.core.v1.VolumeMount[] {
  if (step === rowsStep || (step === "begin" && !isInTwoPasses(spec, reason))) return [];
  return spec.contents.volumes.map(({ name }) => ({
    name: `of-${name}`,
    mountPath: `${volumes}/${name}`,
    readOnly: step !== "preview" && !isFrozenBy(spec, reason, name),
  }));
}

/** PostgreSQL's own programs, as the service's role. */
function postgresqlContainer(
  { connection, postgresql, commune }: PointsSpec,
  name: string,
  script: string,
): types.input.core.v1.Container {
  return {
    name,
    image: postgresqlImage(postgresql),
    command: ["bash", "-euo", "pipefail", "-c", script],
    env: [
      { name: "COMMUNE", value: commune },
      { name: "PGHOST", value: connection.host },
      { name: "PGPORT", value: String(connection.port) },
      { name: "PGDATABASE", value: connection.database },
      { name: "PGUSER", value: connection.database },
      { name: "PGSSLMODE", value: connection.sslMode },
      ...(connection.sslMode === "verify-full"
        ? [{ name: "PGSSLROOTCERT", value: `${work}/roots.pem` }]
        : []),
      { name: "HOME", value: "/tmp" },
      { name: "TZ", value: "UTC" },
    ],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [secretsMount, workMount, tmp, { ...toolsMount, readOnly: true }],
  };
}
