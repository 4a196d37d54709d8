import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { nearNodeOf, onNodeOf } from "../../foundation/manifest/affinity.ts";
import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { podBaseline } from "../../foundation/manifest/security.ts";
import { programConfigMap, programContainer, programVolume } from "../../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import {
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

/** Where the authority is mounted that is not among the settings. */
const authorityFolder = "/etc/authority";

type Of = Pick<PointsPlan, "commune" | "service" | "beside">;

/** What an object of a service's points is called. A service has its namespace to itself; applications of one association share theirs. */
export function nameIn({ service, beside }: Omit<Of, "commune">, name: string): string {
  return service === beside.service ? name : `${name}-${beside.component}`;
}

/** The pods that take restore points. They hold what the service holds. */
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

/** @param values of its files; the password of a database where there is one. */
export function pointsSecret(
  plan: PointsPlan,
  values: Record<Exclude<keyof typeof pointsSecrets, "databasePassword">, Input<string>> & {
    databasePassword?: Input<string> | undefined;
  },
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
 * The routine point: rows, then files, so that a file may be one too many and none is missing; the manifest is written
 * when both were read back. Whoever kills it half-way leaves no point.
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
          activeDeadlineSeconds: 72_000,
          template: {
            metadata: { labels: labelsOf(workload) },
            spec: pointPod(spec, { reason: "schedule", affinity: besideOf(spec) }),
          },
        },
      },
    },
  };
}

/** Where its volumes are. Nothing of what is suspended mounts them, so that its points are taken anywhere. */
function besideOf({ beside, isSuspended }: PointsSpec): types.input.core.v1.Affinity {
  return isSuspended ? nearNodeOf(beside) : onNodeOf(beside);
}

export const restoreName = "restore";

/** What brings the rows of a point into a database beside the service's. */
export const loadName = "restore-rows";

/** What a restore of files runs, step by step, when a person asks for it; by itself never. */
export function restoreCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, restoreName, {
    ...basePod(spec),
    affinity: besideOf(spec),
    initContainers: [toolContainer(spec)],
    containers: [nodeContainer(spec, "preview")],
    volumes: [...volumesOf(spec, () => false), ...ownVolumes(spec)],
  });
}

/** The same for its rows. It needs none of the volumes, so it runs anywhere. */
export function loadCronJob(spec: PointsSpec): CronJob {
  return suspended(spec, loadName, {
    ...basePod(spec),
    initContainers: [toolContainer(spec), nodeContainer(spec, rowsStep)],
    containers: [loadContainer(spec)],
    volumes: ownVolumes(spec),
  });
}

/** A CronJob whose runs a person asks for. */
function suspended(spec: PointsSpec, name: string, pod: types.input.core.v1.PodSpec): CronJob {
  const workload = pointsWorkload(spec);
  return suspendedCronJob(workload, nameIn(spec, name), {
    backoffLimit: 0,
    activeDeadlineSeconds: 72_000,
    template: { metadata: { labels: labelsOf(workload) }, spec: pod },
  });
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
    initContainers: [toolContainer(spec), nodeContainer(spec, "begin", reason), ...dumpContainers(spec)],
    containers: [nodeContainer(spec, "finish", reason)],
    volumes: [...volumesOf(spec, (name) => !isFrozenBy(spec, reason, name)), ...ownVolumes(spec)],
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
  // restic's cache: indexes and folders of what it compares with.
  { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
  { name: "tools", emptyDir: {} },
  programVolume(programName(of)),
  ...(authorityFrom === undefined ? [] : [{ name: "authority", configMap: { name: authorityFrom } }]),
];

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
