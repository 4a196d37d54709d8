import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, selectorOf } from "../manifest/labels.ts";
import type { CronJob, Job } from "../manifest/manifest.ts";
import { appList, pinnedApps } from "./apps.ts";
import { scriptsFolder } from "./config.ts";
import { databaseEnvironment, fetchContainer, nextcloudContainer, podSpec, volumes } from "./containers.ts";
import { appsOf, cronWorkload, metadataOf, type NextcloudSpec, webWorkload } from "./spec.ts";

/** Nextcloud's background jobs, every five minutes or less. Source: cron.php takes jobs for up to 14 minutes. */
export function nextcloudCron(spec: NextcloudSpec): CronJob {
  const labels = labelsOf(cronWorkload(spec.commune));
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { ...metadataOf(spec, "nextcloud-cron"), labels },
    spec: {
      schedule: spec.sharing.everyMinutes === 1 ? "* * * * *" : `*/${spec.sharing.everyMinutes} * * * *`,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 240,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // A network opening can come a moment after the pod; cron.php is safe to start again.
          backoffLimit: 3,
          activeDeadlineSeconds: 3600,
          template: {
            metadata: { labels },
            spec: {
              ...podSpec,
              restartPolicy: "Never",
              // The volumes can be mounted by one node only: run where Nextcloud runs.
              affinity: {
                podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [besideNextcloud(spec)] },
              },
              ...(appsOf(spec).length > 0 ? { initContainers: [fetchContainer(spec)] } : {}),
              containers: [
                {
                  ...nextcloudContainer(spec, "cron", spec.size.cron, databaseEnvironment(spec)),
                  // The image's entry point is for servers: a job must not install or upgrade anything.
                  command: ["sh", `${scriptsFolder}/cron.sh`],
                },
              ],
              volumes,
            },
          },
        },
      },
    },
  };
}

/**
 * What has to be done before anything changes, while the old version serves: apps of the new version are fetched,
 * and the background migrations of the last major upgrade are waited for. The Deployment depends on it.
 *
 * A Job's template is immutable: its name carries a checksum of what it runs.
 */
export function nextcloudBefore(spec: NextcloudSpec): Job {
  const job = beforeSpec(spec);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...metadataOf(spec, `nextcloud-before-${checksum(job, 8)}`),
      labels: labelsOf(cronWorkload(spec.commune)),
    },
    spec: job,
  };
}

function beforeSpec(spec: NextcloudSpec): Job["spec"] {
  const apps = appList(pinnedApps(spec.version, appsOf(spec), spec.appMirror));
  return {
    backoffLimit: 2,
    activeDeadlineSeconds: 5400,
    template: {
      metadata: {
        labels: labelsOf(cronWorkload(spec.commune)),
        annotations: { "commune.cloud/apps": createHash("sha256").update(apps).digest("hex").slice(0, 16) },
      },
      spec: {
        ...podSpec,
        restartPolicy: "Never",
        // Where Nextcloud runs, if it runs already.
        affinity: {
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 100, podAffinityTerm: besideNextcloud(spec) },
            ],
          },
        },
        ...(appsOf(spec).length > 0 ? { initContainers: [fetchContainer(spec)] } : {}),
        containers: [
          {
            ...nextcloudContainer(
              spec,
              "migrations",
              { cpu: 0.02, requestMiB: 32, limitMiB: 128 },
              databaseEnvironment(spec),
            ),
            command: ["sh", `${scriptsFolder}/before.sh`],
          },
        ],
        volumes,
      },
    },
  };
}

/** Where the volumes of Nextcloud are mounted already. */
export function besideNextcloud({ commune }: NextcloudSpec): types.input.core.v1.PodAffinityTerm {
  return {
    labelSelector: { matchLabels: selectorOf(webWorkload(commune)) },
    topologyKey: "kubernetes.io/hostname",
  };
}
