import { metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { Deployment } from "../../foundation/manifest/manifest.ts";
import { commandProbe } from "../../foundation/manifest/probe.ts";
import type { Resources } from "../../foundation/manifest/resources.ts";
import type { OwnVariables } from "./environment.ts";
import {
  authorityVolumes,
  besideMedia,
  mediaMounts,
  mediaVolumes,
  podMetadata,
  podSpec,
  railsContainer,
  railsVolumes,
} from "./pods.ts";
import type { MastodonSpec } from "./spec.ts";
import { areQueuesWatched, sidekiqMetricsPort } from "./watched.ts";
import { workloadOf } from "./workloads.ts";

/** The queues of the workers, with their weights. Source: config/sidekiq.yml of v4.6.5. */
const queues = ["default,8", "push,6", "ingress,4", "mailers,2", "pull", "fasp"];

/** The workers: deliveries to other servers, mail, media, everything that a page does not wait for. */
export function sidekiqDeployment(spec: MastodonSpec): Deployment {
  const { replicas, threads, resources } = spec.size.sidekiq;
  return worker(spec, { part: "sidekiq", replicas, threads, resources, queues });
}

/**
 * The clock: the one process with the queue `scheduler`, which starts the recurring jobs. Two of them would run
 * each twice; none, and nothing is ever cleaned. Source: https://docs.joinmastodon.org/admin/scaling/
 */
export function schedulerDeployment(spec: MastodonSpec): Deployment {
  const { threads, resources } = spec.size.scheduler;
  return worker(spec, { part: "scheduler", replicas: 1, threads, resources, queues: ["scheduler"] });
}

interface Worker {
  part: "sidekiq" | "scheduler";
  replicas: number;
  threads: number;
  resources: Resources;
  queues: readonly string[];
}

/**
 * Variables by which a process of Sidekiq tells its queues' lengths and how long they have waited, at its own port.
 * Source: config/initializers/{prometheus_exporter,sidekiq}.rb of v4.6.5.
 */
const metricsVariables: OwnVariables = {
  MASTODON_PROMETHEUS_EXPORTER_ENABLED: "true",
  MASTODON_PROMETHEUS_EXPORTER_LOCAL: "true",
  // Its server takes one address: the pod's, of whichever family.
  MASTODON_PROMETHEUS_EXPORTER_HOST: { fieldRef: { fieldPath: "status.podIP" } },
  MASTODON_PROMETHEUS_EXPORTER_PORT: String(sidekiqMetricsPort),
  MASTODON_PROMETHEUS_EXPORTER_SIDEKIQ_DETAILED_METRICS: "true",
};

function worker(spec: MastodonSpec, { part, replicas, threads, resources, queues }: Worker): Deployment {
  const isWatched = areQueuesWatched(spec);
  const container = railsContainer(spec, {
    name: part,
    process: part,
    args: ["bundle", "exec", "sidekiq", "-c", String(threads), ...queues.flatMap((queue) => ["-q", queue])],
    resources,
    threads,
    // The scheduler too: it deletes what is older than the retention period itself.
    mounts: mediaMounts(spec),
    own: isWatched ? metricsVariables : {},
  });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workloadOf(spec.commune, part), `mastodon-${part}`),
    spec: {
      replicas,
      // Old code beside new code would fail on jobs that it does not know; jobs wait in the queue meanwhile.
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1200,
      selector: { matchLabels: selectorOf(workloadOf(spec.commune, part)) },
      template: {
        metadata: podMetadata(spec, part),
        spec: {
          ...podSpec,
          ...besideMedia(spec),
          // Sidekiq gives running jobs 25 s, then puts them back. Source: its option --timeout.
          terminationGracePeriodSeconds: 45,
          containers: [
            {
              ...container,
              ...(isWatched && { ports: [{ name: "metrics", containerPort: sidekiqMetricsPort }] }),
              // Sidekiq makes the file when it takes jobs. Source: config/initializers/sidekiq.rb of v4.6.5.
              startupProbe: {
                exec: {
                  command: [
                    "test",
                    "-f",
                    "/opt/mastodon/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs",
                  ],
                },
                ...commandProbe,
                periodSeconds: 2,
                failureThreshold: 600,
              },
            },
          ],
          volumes: [...railsVolumes, ...authorityVolumes(spec, part), ...mediaVolumes(spec)],
        },
      },
    },
  };
}
