import type { DatabaseClient } from "../../platform/database/contract.ts";
import { mastodonComponents, workloadsOf } from "./workloads.ts";

/** What it asks of a database server; the commune tells the server. */
export function mastodonDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "mastodon",
    workloads: workloadsOf(commune, mastodonComponents),
    extensions: [],
  };
}
