import type { DatabaseClient } from "../../platform/database/contract.ts";
import { listsService, listsWorkload } from "./workloads.ts";

/** Returns what lists ask of a database server, for subscriptions, owners and counts. */
export function listsDatabaseClient({ commune }: { commune: string }): DatabaseClient {
  return {
    database: listsService,
    workloads: [listsWorkload({ commune })],
    libpq: ["web"],
    extensions: [],
  };
}
