import type { types } from "@pulumi/kubernetes";
import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { CronJob, Job } from "../../foundation/manifest/manifest.ts";
import { reach } from "../../foundation/manifest/reach.ts";
import { authorityVolumes, podSpec, railsContainer, railsVolumes } from "./pods.ts";
import { jobConnections } from "./sizing.ts";
import type { MastodonSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Brings the schema of an empty database, or the migrations that the running version can live with: what this
 * version takes away is left for {@link migrateAfterJob}. `db:prepare` does the right one of the two.
 * Source: https://docs.joinmastodon.org/admin/upgrading/ and .github/workflows/test-migrations.yml of v4.6.5.
 */
export function migrateBeforeJob(spec: MastodonSpec): Job {
  return mastodonJob(spec, {
    name: "mastodon-migrate-before",
    command: "bundle exec rails db:prepare",
    own: { SKIP_POST_DEPLOYMENT_MIGRATIONS: "true" },
    reads: [databaseOf(spec)],
    failed: "nothing was rolled: the version of before goes on serving.",
  });
}

/** The migrations that only the new version can live with. It runs when every pod has the new version. */
export function migrateAfterJob(spec: MastodonSpec): Job {
  return mastodonJob(spec, {
    name: "mastodon-migrate-after",
    command: "bundle exec rails db:migrate",
    own: {},
    reads: [databaseOf(spec)],
    failed: "the new version serves already, and goes on serving; what it no longer needs is still there.",
  });
}

/** Name of the CronJob that makes home feeds again. */
export const feedsName = "mastodon-feeds";

/** Home feeds from the rows. Source: https://docs.joinmastodon.org/admin/tootctl/#feeds-build */
const feedsBuild = "bin/tootctl feeds build --all";

/** Returns the command that rebuilds home feeds. */
export const feedsCommand = () => ["bash", "-euc", commandAfterBoth(feedsBuild)];

/** Makes home feeds again, when a restore asks for it: they are in the cache alone, which is emptied. */
export function feedsCronJob(spec: MastodonSpec): CronJob {
  const parts = { name: feedsName, command: feedsBuild, own: {}, reads: [] };
  return suspendedCronJob(workloadOf(spec.commune, "job"), feedsName, {
    backoffLimit: 1,
    template: jobTemplate(spec, parts),
  });
}

/** A changed configuration is no reason to migrate again; another database is. */
export function databaseOf({ database: { host, port, database } }: MastodonSpec): string {
  return `${host}:${port}/${database}`;
}

/** One run of a command of the image. */
export interface JobParts {
  name: string;
  /** Shell command, run when database and cache answer. */
  command: string;
  own: Readonly<Record<string, string>>;
  /** Inputs of the command that do not show in it: if one changes, the Job is made again. */
  reads: readonly string[];
  /** State that holds if it failed. */
  failed: string;
  mounts?: types.input.core.v1.VolumeMount[];
  volumes?: types.input.core.v1.Volume[];
}

/** A Job's size is the same for every commune, so that another number of users is no new Job. */
export function mastodonJob(spec: MastodonSpec, parts: JobParts): Job {
  const workload = workloadOf(spec.commune, "job");
  return jobOf({
    metadata: metadataOf(workload, parts.name),
    spec: { backoffLimit: 1, template: jobTemplate(spec, parts) },
    annotations: (name) => whenItFails(workload, name, parts.failed),
  });
}

function jobTemplate(spec: MastodonSpec, parts: Omit<JobParts, "failed">): Job["spec"]["template"] {
  const container = railsContainer(spec, {
    name: parts.name.replace("mastodon-", ""),
    args: ["bash", "-euc", commandAfterBoth(parts.command)],
    resources: spec.size.job,
    threads: jobConnections,
    own: parts.own,
    mounts: parts.mounts ?? [],
    process: "job",
  });
  return {
    metadata: {
      labels: labelsOf(workloadOf(spec.commune, "job")),
      annotations: { "commune.cloud/reads": parts.reads.join(",") },
    },
    spec: {
      ...podSpec,
      restartPolicy: "Never",
      containers: [
        {
          ...container,
          // The end of the log is part of the pod's state, where the engine finds it.
          terminationMessagePolicy: "FallbackToLogsOnError",
        },
      ],
      volumes: [...railsVolumes, ...authorityVolumes(spec, "job"), ...(parts.volumes ?? [])],
    },
  };
}

function commandAfterBoth(command: string): string {
  return `${reach()}
reach "$DB_HOST" "$DB_PORT"
reach "$REDIS_HOST" "$REDIS_PORT"
exec ${command}`;
}
