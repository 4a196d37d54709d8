import { nearNodeOf } from "../../foundation/manifest/affinity.ts";
import { whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { pointPod, pointsWorkload } from "./manifests.ts";
import type { PointsSpec } from "./plan.ts";

/**
 * Takes a point before anything changes: with the settings, the program and the secrets that the last update left, which
 * say of the data what it still is. It may be tried again, because nothing has changed when it fails.
 *
 * @param name of the Job: another one is another point.
 */
export function beforeJob(spec: PointsSpec, name: string): Job {
  const workload = pointsWorkload(spec);
  const failed = "Nothing was changed, because no restore point of before could be taken.";
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadataOf(workload, name), annotations: whenItFails(workload, name, failed) },
    spec: {
      backoffLimit: 1,
      activeDeadlineSeconds: 72_000,
      template: {
        metadata: { labels: labelsOf(workload) },
        // A service whose pods are gone has a point too.
        spec: pointPod(spec, { reason: "before", affinity: nearNodeOf(spec.beside) }),
      },
    },
  };
}
