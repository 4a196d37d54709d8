import type { types } from "@pulumi/kubernetes";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, namespaceOf } from "../manifest/labels.ts";
import type { Job } from "../manifest/manifest.ts";
import { authorityVolumes, podSpec, railsContainer, railsVolumes } from "./pods.ts";
import { jobConnections } from "./sizing.ts";
import { type MastodonSpec, metadataOf, partOf } from "./spec.ts";

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
  /** What the command depends on and does not show: a change of it is a new Job. */
  reads: readonly string[];
  /** What holds when it failed. */
  failed: string;
  mounts?: types.input.core.v1.VolumeMount[];
  volumes?: types.input.core.v1.Volume[];
}

/**
 * A Job whose name carries a checksum of what it runs: a Job's template is immutable, and a preview tries the new
 * one on the cluster while the old one is there. Its size is the same for every commune, so that another number of
 * users is no new Job.
 */
export function mastodonJob(spec: MastodonSpec, parts: JobParts): Job {
  const template = jobTemplate(spec, parts);
  const name = `${parts.name}-${checksum(template, 8)}`;
  const namespace = namespaceOf(partOf(spec.commune, "job"));
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...metadataOf(spec.commune, "job", name),
      annotations: {
        "commune.cloud/when-it-fails": `${parts.failed} Read why: kubectl -n ${namespace} logs job/${name}. Mend it, then: kubectl -n ${namespace} delete job/${name}, and pulumi up --refresh.`,
      },
    },
    spec: { backoffLimit: 1, template },
  };
}

function jobTemplate(spec: MastodonSpec, parts: JobParts): Job["spec"]["template"] {
  const container = railsContainer(spec, {
    name: parts.name.replace("mastodon-", ""),
    args: ["bash", "-euc", `${reach}exec ${parts.command}`],
    footprint: spec.size.job,
    threads: jobConnections,
    own: parts.own,
    mounts: parts.mounts ?? [],
    process: "job",
  });
  return {
    metadata: {
      labels: labelsOf(partOf(spec.commune, "job")),
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

/** A network opening takes a moment to reach every node; failing would cost one of the two tries. */
const reach = `reach() { for _ in $(seq 60); do (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null && return; sleep 1; done; }
reach "$DB_HOST" "$DB_PORT"
reach "$REDIS_HOST" "$REDIS_PORT"
`;
