import { nearNodeOf, onNodeOf } from "../../foundation/manifest/affinity.ts";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { CronJob, Job } from "../../foundation/manifest/manifest.ts";
import { cronName } from "./after-restore.ts";
import { appList, pinnedApps } from "./apps.ts";
import { scriptsFolder } from "./configuration.ts";
import {
  databaseEnvironment,
  fetchContainer,
  nextcloudContainer,
  placeOf,
  podSpec,
  volumesOf,
} from "./pods.ts";
import { appsOf, type NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Seconds after which a run of background jobs is ended: cron.php takes jobs for up to 14 minutes, and one can hang. */
export const longestRunSeconds = 3600;

/** Nextcloud's background jobs, every five minutes or less. Source: cron.php takes jobs for up to 14 minutes. */
export function nextcloudCron(spec: NextcloudSpec): CronJob {
  const labels = labelsOf(workloadOf(spec.commune, "cron"));
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workloadOf(spec.commune, "cron"), cronName),
    spec: {
      schedule: spec.sharing.everyMinutes === 1 ? "* * * * *" : `*/${spec.sharing.everyMinutes} * * * *`,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 240,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // A network policy can come a moment after the pod; cron.php is safe to start again.
          backoffLimit: 3,
          activeDeadlineSeconds: longestRunSeconds,
          template: {
            metadata: { labels },
            spec: {
              ...podSpec,
              restartPolicy: "Never",
              // The volumes can be mounted by one node only: run where Nextcloud runs.
              affinity: onNodeOf(workloadOf(spec.commune, "web")),
              ...(appsOf(spec).length > 0 ? { initContainers: [fetchContainer(spec)] } : {}),
              containers: [
                {
                  ...nextcloudContainer(spec, "cron", spec.size.cron, databaseEnvironment(spec)),
                  // The image's entry point is for servers: a job must not install or upgrade anything.
                  command: ["sh", `${scriptsFolder}/cron.sh`],
                },
              ],
              volumes: volumesOf(spec),
            },
          },
        },
      },
    },
  };
}

/** Returns the CronJob by which a restore runs Nextcloud's commands where its servers run background jobs themselves. */
export function nextcloudCommands(spec: NextcloudSpec): CronJob {
  return suspendedCronJob(workloadOf(spec.commune, "cron"), cronName, {
    backoffLimit: 3,
    activeDeadlineSeconds: 3600,
    template: {
      metadata: { labels: labelsOf(workloadOf(spec.commune, "cron")) },
      spec: {
        ...podSpec,
        restartPolicy: "Never",
        ...placeOf(spec, "after-restore"),
        containers: [
          {
            ...nextcloudContainer(spec, "cron", spec.size.cron, databaseEnvironment(spec)),
            command: ["php", "occ", "status"],
          },
        ],
        volumes: volumesOf(spec),
      },
    },
  });
}

/**
 * Returns the Job that has to end before anything changes, while the old version serves: it fetches apps of the new
 * version, and waits for the background migrations of the last major upgrade. The Deployment depends on it.
 */
export function nextcloudBefore(spec: NextcloudSpec): Job {
  return jobOf({
    metadata: metadataOf(workloadOf(spec.commune, "cron"), "nextcloud-before"),
    spec: beforeSpec(spec),
  });
}

function beforeSpec(spec: NextcloudSpec): Job["spec"] {
  const apps = appList(pinnedApps(spec.version, appsOf(spec), spec.appMirror));
  return {
    backoffLimit: 2,
    activeDeadlineSeconds: 5400,
    template: {
      metadata: {
        labels: labelsOf(workloadOf(spec.commune, "cron")),
        annotations: { "commune.cloud/apps": sha256(apps).slice(0, 16) },
      },
      spec: {
        ...podSpec,
        restartPolicy: "Never",
        // Where Nextcloud runs, if it runs already.
        ...(spec.media === undefined ? { affinity: nearNodeOf(workloadOf(spec.commune, "web")) } : {}),
        ...(appsOf(spec).length > 0 ? { initContainers: [fetchContainer(spec)] } : {}),
        containers: [
          {
            ...nextcloudContainer(
              spec,
              "migrations",
              { cpu: 0.02, requestMiB: 32, limitMiB: 128 },
              databaseEnvironment(spec),
            ),
            command: [
              "sh",
              `${scriptsFolder}/${spec.media === undefined ? "before.sh" : "before-servers.sh"}`,
            ],
          },
        ],
        volumes: volumesOf(spec),
      },
    },
  };
}
