import type { ProvidesMetrics } from "../../foundation/part/watched.ts";
import { poolerWatched } from "../../platform/pooler/manifests.ts";
import type { MastodonPlan } from "./plan.ts";
import { streamingName, streamingPort } from "./streaming.ts";
import { workloadOf } from "./workloads.ts";

/** Port of the metrics of a process of Sidekiq. Source: config/initializers/prometheus_exporter.rb of v4.6.5. */
export const sidekiqMetricsPort = 9394;

/**
 * Whether the processes of Sidekiq say how they are. On one node, what ends the clock ends all, and that is seen. On
 * several, the others go on, and nobody sees that nothing is cleaned or sent any more.
 */
export function areQueuesWatched({ availability }: Pick<MastodonPlan, "availability">): boolean {
  return availability === "node-loss";
}

/** Returns Mastodon's pods with metrics. Source: streaming/metrics.js and config/initializers/sidekiq.rb of v4.6.5. */
export function mastodonWatched(
  plan: Pick<MastodonPlan, "commune" | "availability" | "size">,
): ProvidesMetrics[] {
  const { commune, size } = plan;
  const common = { by: "metrics", path: "/metrics", isOpenToSite: false } as const;
  const queues = areQueuesWatched(plan) ? (["sidekiq", "scheduler"] as const) : [];
  return [
    {
      ...{ ...common, job: "streaming", through: streamingName },
      ...{ workload: workloadOf(commune, "streaming"), port: streamingPort },
    },
    ...queues.map((component) => ({
      ...{ ...common, job: "sidekiq", through: undefined },
      ...{ workload: workloadOf(commune, component), port: sidekiqMetricsPort },
    })),
    ...(size.pooler === undefined ? [] : [poolerWatched({ commune, service: "mastodon" })]),
  ];
}
