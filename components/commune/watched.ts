import type { Targets } from "../platform/monitoring/targets.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { publicHosts } from "./public-hosts.ts";
import { runningPlans } from "./running-plans.ts";

/** Watchable items of a plan: pods, public names, and buckets outside the cluster. */
export function watchedOf(plan: CommunePlan): Targets {
  const plans = runningPlans(plan);
  return {
    watched: parts.flatMap((part) => part.watched?.(plans) ?? []),
    sites: publicHosts(plan),
    buckets: parts.flatMap((part) => part.buckets?.(plans) ?? []),
  };
}
