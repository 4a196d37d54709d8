import type { DatabaseClient } from "../../platform/database/contract.ts";
import type { MastodonPlan } from "./plan.ts";
import { mastodonComponents, mastodonPooler, workloadsOf } from "./workloads.ts";

/**
 * Returns the role and database that Mastodon asks of a database server; the commune chooses the server. Its own pods may
 * reach the server beside a pooler: while this is new, those of before are still there.
 */
export function mastodonDatabaseClient({
  commune,
  size,
}: Pick<MastodonPlan, "commune" | "size">): DatabaseClient {
  const own = workloadsOf(commune, mastodonComponents);
  return {
    database: "mastodon",
    workloads: size.pooler === undefined ? own : [...own, mastodonPooler(commune)],
    libpq: ["web", "sidekiq", "scheduler"],
    isPooled: size.pooler !== undefined,
    extensions: [],
  };
}
