import { selectorOf } from "../manifest/labels.ts";
import type { Deployment } from "../manifest/manifest.ts";
import type { Footprint } from "../manifest/resources.ts";
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
import { type MastodonSpec, metadataOf, partOf } from "./spec.ts";

/** The queues of the workers, with their weights. Source: config/sidekiq.yml of v4.6.5. */
const queues = ["default,8", "push,6", "ingress,4", "mailers,2", "pull", "fasp"];

/** The workers: deliveries to other servers, mail, media, everything that a page does not wait for. */
export function sidekiqDeployment(spec: MastodonSpec): Deployment {
  const { replicas, threads, footprint } = spec.size.sidekiq;
  return worker(spec, { part: "sidekiq", replicas, threads, footprint, queues });
}

/**
 * The clock: the one process with the queue `scheduler`, which starts the recurring jobs. Two of them would run
 * each twice; none, and nothing is ever cleaned. Source: https://docs.joinmastodon.org/admin/scaling/
 */
export function schedulerDeployment(spec: MastodonSpec): Deployment {
  const { threads, footprint } = spec.size.scheduler;
  return worker(spec, { part: "scheduler", replicas: 1, threads, footprint, queues: ["scheduler"] });
}

interface Worker {
  part: "sidekiq" | "scheduler";
  replicas: number;
  threads: number;
  footprint: Footprint;
  queues: readonly string[];
}

function worker(spec: MastodonSpec, { part, replicas, threads, footprint, queues }: Worker): Deployment {
  const container = railsContainer(spec, {
    name: part,
    args: ["bundle", "exec", "sidekiq", "-c", String(threads), ...queues.flatMap((queue) => ["-q", queue])],
    footprint,
    threads,
    // The scheduler too: it deletes what is older than the retention period itself.
    mounts: mediaMounts(spec),
  });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(spec.commune, part, `mastodon-${part}`),
    spec: {
      replicas,
      // Old code beside new code would fail on jobs that it does not know; jobs wait in the queue meanwhile.
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1200,
      selector: { matchLabels: selectorOf(partOf(spec.commune, part)) },
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
              // Sidekiq makes the file when it takes jobs. Source: config/initializers/sidekiq.rb of v4.6.5.
              readinessProbe: {
                exec: {
                  command: [
                    "test",
                    "-f",
                    "/opt/mastodon/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs",
                  ],
                },
                periodSeconds: 2,
              },
            },
          ],
          volumes: [...railsVolumes, ...authorityVolumes(spec, "rails"), ...mediaVolumes(spec)],
        },
      },
    },
  };
}
