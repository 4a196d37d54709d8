import type { DatabaseClient } from "../../platform/database/contract.ts";
import { workloadOf } from "./workloads.ts";

/** What it asks of a database server. The extensions are made for it: its role could not where it owns nothing. */
export function peertubeDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "peertube",
    workloads: [workloadOf(commune, "web"), workloadOf(commune, "scripts")],
    extensions: ["pg_trgm", "unaccent"],
  };
}
