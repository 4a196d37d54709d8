import type { DatabaseClient } from "../../platform/database/contract.ts";
import { periodicWorkload, ticketsService, ticketsWorkload } from "./workloads.ts";

/** Returns what ticketing asks of a database server, for events, orders and log-ins. */
export function ticketsDatabaseClient({ commune }: { commune: string }): DatabaseClient {
  return {
    database: ticketsService,
    workloads: [ticketsWorkload({ commune }), periodicWorkload({ commune })],
    libpq: ["web", "cron"],
    extensions: [],
  };
}
