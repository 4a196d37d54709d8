import type { Workload } from "../../foundation/manifest/labels.ts";

/** Name of the service: its section, its namespace, its database. */
export const ticketsService = "tickets";

/** User and group of pretix in the official image. */
export const ticketsUid = 15371;

/** The pods that sell tickets, and do what takes longer than a visitor waits. */
export function ticketsWorkload({ commune }: { commune: string }): Workload {
  return {
    ...{ commune, service: ticketsService, component: "web", software: "pretix" },
    data: "accounts.orders",
  };
}

/** Workload that does what is due, every quarter of an hour. */
export function periodicWorkload({ commune }: { commune: string }): Workload {
  return { ...ticketsWorkload({ commune }), component: "cron" };
}
