import type { DatabaseClient } from "../../platform/database/contract.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Returns the role and database that PeerTube asks of a database server. The extensions are created for it: its role
 * could not if it owns nothing.
 */
export function peertubeDatabaseClient({ commune }: { commune: string }): DatabaseClient {
  return {
    database: "peertube",
    workloads: [workloadOf(commune, "web"), workloadOf(commune, "scripts")],
    extensions: ["pg_trgm", "unaccent"],
  };
}
