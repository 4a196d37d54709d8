import { labelsOf, metadataOf, type Workload } from "./labels.ts";
import type { CronJob, Job } from "./manifest.ts";

/** A suspended CronJob: it runs only if a person or a command asks for it. */
export function suspendedCronJob(workload: Workload, name: string, spec: Job["spec"]): CronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, name),
    spec: {
      suspend: true,
      schedule: "0 0 1 1 *",
      jobTemplate: { metadata: { labels: labelsOf(workload) }, spec },
    },
  };
}
