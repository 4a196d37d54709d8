import type { Targets } from "../platform/monitoring/targets.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { publicHosts } from "./public-hosts.ts";
import { runningPlans } from "./running-plans.ts";
import { versionsKnown } from "./updates/known.ts";

/** Watchable items of a plan: pods, public names, buckets outside the cluster, and versions. */
export function watchedOf(plan: CommunePlan): Targets {
  const plans = runningPlans(plan);
  return {
    watched: parts.flatMap((part) => part.watched?.(plans) ?? []),
    sites: publicHosts(plan),
    buckets: parts.flatMap((part) => part.buckets?.(plans) ?? []),
    versions: () => versionsKnown(plan),
  };
}
