import { nearNodeOf } from "../../foundation/manifest/affinity.ts";
import { copyDeadlineSeconds, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { pointPod, pointsWorkload } from "./manifests.ts";
import type { PointsSpec } from "./plan.ts";

/**
 * Returns the vaults' authority as this update declares it, under the Job's own name: the settings that the last
 * update left may have none or another one. Undefined if the site has none.
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
 * Returns the Job that takes a restore point before anything changes, with the settings, the program and the secrets
 * of the last update: they still describe the data. If it fails, nothing has changed, so it may be tried again.
 *
 * @param name of the Job: another name makes another restore point.
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
      activeDeadlineSeconds: copyDeadlineSeconds,
      template: {
        metadata: { labels: labelsOf(workload) },
        // A service whose pods are gone can be copied too.
        spec: pointPod(spec.authority === undefined ? spec : { ...spec, authorityFrom: name }, {
          reason: "before",
          affinity: nearNodeOf(spec.beside),
        }),
      },
    },
  };
}
