import type { PublicHost } from "../foundation/part/part.ts";
import type { Watched } from "../foundation/part/watched.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { publicHosts } from "./public-hosts.ts";
import { runningPlans } from "./running-plans.ts";

/** Watchable items of a plan: pods, and public names. */
export function watchedOf(plan: CommunePlan): { watched: readonly Watched[]; sites: readonly PublicHost[] } {
  const plans = runningPlans(plan);
  return { watched: parts.flatMap((part) => part.watched?.(plans) ?? []), sites: publicHosts(plan) };
}
