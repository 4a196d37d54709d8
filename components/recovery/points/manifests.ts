import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { nearNodeOf, onNodeOf } from "../../foundation/manifest/affinity.ts";
import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import { copyDeadlineSeconds } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { podBaseline } from "../../foundation/manifest/security.ts";
import { programConfigMap, programContainer, programVolume } from "../../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import {
  copyContainers,
  copyMounts,
  dumpContainers,
  loadContainer,
  mounts,
  resources,
  resourcesFor,
  secretMounts,
  toolContainer,
} from "./containers.ts";
import type { Reason } from "./manifest.ts";
import type { PointsPlan, PointsSpec } from "./plan.ts";
import { pointsFolders, pointsSecrets, rowsStep } from "./settings.ts";

export const pointsName = "restore-point";

const { settings, volumes } = pointsFolders;

/** Mount path of an authority that is not among the settings. */
const authorityFolder = "/etc/authority";

type Of = Pick<PointsPlan, "commune" | "service" | "beside">;

/**
 * Returns the name of an object of a service's points. A service has its own namespace; applications of one
 * association share theirs.
 */
export function nameIn({ service, beside }: Omit<Of, "commune">, name: string): string {
  return service === beside.service ? name : `${name}-${beside.component}`;
}

/** Labels of the pods that take restore points. They read everything that the service stores. */
export function pointsWorkload(of: Of): Workload {
  const { commune, beside } = of;
  const { service, data, tenant } = beside;
  return { commune, service, component: nameIn(of, pointsName), software: "restic", data, tenant };
}

export function pointsConfigMap({ authority, ...plan }: PointsSpec): ConfigMap {
  return configMapOf(pointsWorkload(plan), nameIn(plan, pointsName), {
    "settings.json": `${JSON.stringify(plan.settings, undefined, 2)}\n`,
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

export function pointsProgram(plan: PointsPlan, text: string): ConfigMap {
  return programConfigMap(metadataOf(pointsWorkload(plan), programName(plan)), text);
}

const programName = (of: Of) => `${nameIn(of, pointsName)}-program`;

/**
 * Returns the Secret of the pods.
 *
 * @param values of its files; with the password of the database and the keys to the bucket if there are such.
 */
export function pointsSecret(
  plan: PointsPlan,
  values: Record<"repositoryPassword" | "signingKey" | "vaults" | "identity", Input<string>> &
    Partial<Record<keyof typeof pointsSecrets, Input<string> | undefined>>,
): Secret {
  const files = Object.entries(pointsSecrets) as [keyof typeof pointsSecrets, string][];
  return secretOf(
    pointsWorkload(plan),
    nameIn(plan, pointsName),
    Object.fromEntries(
      files.flatMap(([key, file]) => {
        const value = values[key];
        return value === undefined ? [] : [[file, value]];
      }),
    ),
  );
}

/**
 * Returns the CronJob of the routine restore point: rows first, then files, so that a file may be superfluous but none
 * is missing. The manifest is written once both were read back. A killed run leaves no point.
 */
export function pointsCronJob(spec: PointsSpec, schedule: string): CronJob {
  const workload = pointsWorkload(spec);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, nameIn(spec, pointsName)),
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
          activeDeadlineSeconds: copyDeadlineSeconds,
          template: {
            metadata: { labels: labelsOf(workload) },
            spec: pointPod(spec, { reason: "schedule", affinity: besideOf(spec) }),
          },
        },
      },
    },
  };
}

/**
 * Returns the affinity to the node with the volumes. Where there are none, and of a suspended service, which has no pod that
 * mounts them, points are taken anywhere.
 */
function besideOf({ beside, contents, isSuspended }: PointsSpec): types.input.core.v1.Affinity {
  return isSuspended || contents.volumes.length === 0 ? nearNodeOf(beside) : onNodeOf(beside);
}

export const restoreName = "restore";

/** Name of the CronJob that loads the rows of a point into a database beside the service's. */
export const loadName = "restore-rows";

/** Returns the CronJob that restores files, step by step, when a person requests it; it never runs automatically. */
export function restoreCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, restoreName, {
    ...basePod(spec),
    affinity: besideOf(spec),
    initContainers: [toolContainer(spec)],
    containers: [nodeContainer(spec, "preview")],
    volumes: [...volumesOf(spec, () => false), ...ownVolumes(spec)],
  });
}

/** Returns the CronJob that restores rows when a person requests it. It needs none of the volumes, so it runs anywhere. */
export function loadCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, loadName, {
    ...basePod(spec),
    initContainers: [toolContainer(spec), nodeContainer(spec, rowsStep)],
    containers: [loadContainer(spec)],
    volumes: ownVolumes(spec),
  });
}

/** Returns a CronJob whose runs a person requests. */
function suspended(spec: PointsSpec, name: string, pod: types.input.core.v1.PodSpec): CronJob {
  const workload = pointsWorkload(spec);
  return suspendedCronJob(workload, nameIn(spec, name), {
    backoffLimit: 0,
    activeDeadlineSeconds: copyDeadlineSeconds,
    template: { metadata: { labels: labelsOf(workload) }, spec: pod },
  });
}

const basePod = ({ contents }: PointsSpec) => ({ ...podBaseline(contents.uid), restartPolicy: "Never" });

/** Reason and node for taking a point. */
interface Taking {
  reason: Reason;
  affinity: types.input.core.v1.Affinity;
}

/** Returns the pod that takes a point. */
export function pointPod(spec: PointsSpec, { reason, affinity }: Taking): types.input.core.v1.PodSpec {
  return {
    ...basePod(spec),
    affinity,
    initContainers: [
      toolContainer(spec),
      nodeContainer(spec, "begin", reason),
      ...dumpContainers(spec),
      ...copyContainers(spec),
    ],
    containers: [nodeContainer(spec, "finish", reason)],
    volumes: [...volumesOf(spec, (name) => !isWrittenBy(spec, reason, name)), ...ownVolumes(spec)],
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

const ownVolumes = ({ authorityFrom, ...of }: PointsSpec): types.input.core.v1.Volume[] => [
  { name: "settings", configMap: { name: nameIn(of, pointsName) } },
  { name: "secrets", secret: { secretName: nameIn(of, pointsName), defaultMode: 0o440 } },
  { name: "work", emptyDir: { sizeLimit: "64Mi" } },
  // restic's cache: indexes, and folders to compare with.
  { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
  { name: "tools", emptyDir: {} },
  programVolume(programName(of)),
  ...(authorityFrom === undefined ? [] : [{ name: "authority", configMap: { name: authorityFrom } }]),
];

/**
 * Runs one step of the program: `begin` finds the chain and the repository, `finish` copies files and writes the
 * manifest.
 */
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
        // A person's request puts its own reason here.
        { name: "REASON", value: reason },
        { name: "HOME", value: "/tmp" },
        ...authorityEnvironment(
          spec.authority,
          spec.authorityFrom === undefined ? settings : authorityFolder,
        ),
      ],
      mounts: [
        { name: "settings", mountPath: settings, readOnly: true },
        ...(spec.authorityFrom === undefined
          ? []
          : [{ name: "authority", mountPath: authorityFolder, readOnly: true }]),
        ...secretMounts("repositoryPassword", "signingKey", "vaults", "identity"),
        ...(spec.bucket ? secretMounts("bucketAccessKey", "bucketSecretKey") : []),
        mounts.work,
        mounts.tmp,
        { ...mounts.tools, readOnly: true },
        ...mountsOf(spec, step, reason),
      ],
    }),
    resources: resourcesFor(spec, resources),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/**
 * Whether files are copied twice, the second time while nobody writes: before a change, if writing to the service can
 * be stopped.
 */
function isInTwoPasses({ contents }: PointsSpec, reason: Reason): boolean {
  return reason === "before" && contents.freeze !== undefined;
}

/** Whether the pod writes the file on this volume that stops people from writing. It changes nothing else. */
function isFrozenBy(spec: PointsSpec, reason: Reason, volume: string): boolean {
  return isInTwoPasses(spec, reason) && volume === spec.contents.freeze?.volume;
}

/** Whether the pod writes on this volume: the file that stops people from writing, or copies of files that tear. */
function isWrittenBy(spec: PointsSpec, reason: Reason, volume: string): boolean {
  return isFrozenBy(spec, reason, volume) || spec.contents.copies?.volume === volume;
}

function mountsOf(spec: PointsSpec, step: string, reason: Reason): types.input.core.v1.VolumeMount[] {
  if (step === rowsStep || (step === "begin" && !isInTwoPasses(spec, reason))) return [];
  const of = spec.contents.volumes.map(({ name }) => ({
    name: `of-${name}`,
    mountPath: `${volumes}/${name}`,
    readOnly: step !== "preview" && !isFrozenBy(spec, reason, name),
  }));
  return step === "finish" ? [...of, ...copyMounts(spec)] : of;
}
