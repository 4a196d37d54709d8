import type { DatabaseClient } from "../../platform/database/contract.ts";
import { mastodonComponents, workloadsOf } from "./workloads.ts";

/** Returns the role and database that Mastodon asks of a database server; the commune chooses the server. */
export function mastodonDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "mastodon",
    workloads: workloadsOf(commune, mastodonComponents),
    extensions: [],
  };
}
