import type { DatabaseClient } from "../../platform/database/contract.ts";
import { workloadOf } from "./workloads.ts";

/** What it asks of a database server; the commune tells the server. */
export function nextcloudDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "nextcloud",
    workloads: [workloadOf(commune, "web"), workloadOf(commune, "cron")],
    extensions: [],
  };
}
