import type { PublicHost } from "../foundation/part/part.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";

/** Returns the public names of a commune, and the service behind each. */
export function publicHosts(plan: CommunePlan): PublicHost[] {
  return parts.flatMap((part) => part.hosts?.(plan) ?? []);
}
