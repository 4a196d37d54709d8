import type { Workload } from "../../foundation/manifest/labels.ts";

/**
 * The pod that answers requests (one process for pages, jobs and schedules), those that run the scripts of an upgrade,
 * those that install plugins, those that make the channels of associations, and those that give videos their lost jobs back.
 */
export type PeertubeComponent = "web" | "scripts" | "plugins" | "associations" | "transcoding";

/** The pods of one component. */
export function workloadOf(commune: string, component: PeertubeComponent): Workload {
  return {
    commune,
    service: "peertube",
    component,
    software: "peertube",
    data: component === "plugins" || component === "transcoding" ? "none" : "accounts.videos.comments",
  };
}
