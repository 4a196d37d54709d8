import type { DatabaseClient } from "../../platform/database/contract.ts";
import { listsService, listsWorkload } from "./workloads.ts";

/** What lists ask of a database server: who receives what, who owns what, and counts. */
export function listsDatabaseClient(commune: string): DatabaseClient {
  return { database: listsService, workloads: [listsWorkload({ commune })], extensions: [] };
}
