import type { DatabaseClient } from "../../platform/database/contract.ts";
import { periodicWorkload, ticketsService, ticketsWorkload } from "./workloads.ts";

/** What ticketing asks of a database server: events, orders, and who logs in. */
export function ticketsDatabaseClient(commune: string): DatabaseClient {
  return {
    database: ticketsService,
    workloads: [ticketsWorkload({ commune }), periodicWorkload({ commune })],
    extensions: [],
  };
}
