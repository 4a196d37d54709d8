import type { Workload } from "../../foundation/manifest/labels.ts";

/**
 * The pod that answers requests (one process for pages, jobs and schedules), those that run the scripts of an upgrade,
 * those that install plugins, and those that make the channels of associations.
 */
export type PeertubeComponent = "web" | "scripts" | "plugins" | "associations";

/** The pods of one component. */
export function workloadOf(commune: string, component: PeertubeComponent): Workload {
  return {
    commune,
    service: "peertube",
    component,
    software: "peertube",
    data: component === "plugins" ? "none" : "accounts.videos.comments",
  };
}
