import { nearNodeOf } from "../../foundation/manifest/affinity.ts";
import { whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { pointPod, pointsWorkload } from "./manifests.ts";
import type { PointsSpec } from "./plan.ts";

/**
 * The authority of the vaults as the update has it, of the Job's own name: the settings that the last update left may have
 * none, or another one. Undefined without one.
 */
export function beforeAuthority(spec: PointsSpec, name: string): ConfigMap | undefined {
  if (spec.authority === undefined) return undefined;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(pointsWorkload(spec), name),
    data: { [authorityKey]: spec.authority },
  };
}

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
        spec: pointPod(spec.authority === undefined ? spec : { ...spec, authorityFrom: name }, {
          reason: "before",
          affinity: nearNodeOf(spec.beside),
        }),
      },
    },
  };
}
