import type { Workload, Workloads } from "../../foundation/manifest/labels.ts";
import { poolerWorkload } from "../../platform/pooler/manifests.ts";

/** The components that run Mastodon's code. */
export const mastodonComponents = ["web", "streaming", "sidekiq", "scheduler", "job"] as const;
export type MastodonComponent = (typeof mastodonComponents)[number];

/** The pods of one component. */
export function workloadOf(commune: string, component: MastodonComponent): Workload {
  return {
    commune,
    service: "mastodon",
    component,
    software: "mastodon",
    data: "accounts.posts.messages.media",
  };
}

/** The pods of several components. */
export function workloadsOf(
  commune: string,
  [first, ...others]: readonly [MastodonComponent, ...MastodonComponent[]],
): Workloads {
  return [workloadOf(commune, first), ...others.map((other) => workloadOf(commune, other))];
}

/** The components that serve: their connections are the ones that a pooler takes. */
export const servingComponents = ["web", "streaming", "sidekiq", "scheduler"] as const;

/** The pods of Mastodon's pooler. */
export function mastodonPooler(commune: string): Workload {
  return poolerWorkload({ commune, service: "mastodon" });
}
