import type { DatabaseClient } from "../../platform/database/contract.ts";
import { workloadOf } from "./workloads.ts";

/** Returns the role and database that Nextcloud asks of a database server; the commune chooses the server. */
export function nextcloudDatabaseClient({ commune }: { commune: string }): DatabaseClient {
  return {
    database: "nextcloud",
    workloads: [workloadOf(commune, "web"), workloadOf(commune, "cron")],
    libpq: ["web", "cron"],
    extensions: [],
  };
}
