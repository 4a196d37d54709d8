import type { Workload } from "../../foundation/manifest/labels.ts";

/** The pods that answer requests, and those that run background jobs and fetch apps. */
export type NextcloudComponent = "web" | "cron";

/** The pods of one component. */
export function workloadOf(commune: string, component: NextcloudComponent): Workload {
  return {
    commune,
    service: "nextcloud",
    component,
    software: "nextcloud",
    data: "accounts.documents.agenda.contacts",
  };
}
