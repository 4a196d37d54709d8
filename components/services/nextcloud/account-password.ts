import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import { databaseEnvironment, nextcloudContainer, placeOf, podSpec, volumesOf } from "./pods.ts";
import { adminPasswordScript } from "./scripts.ts";
import { foldersResources } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Tells Nextcloud the password of `admin`, which its installer read once. It runs once for each version, so that what
 * people set themselves in between stays. Nothing for the first version.
 */
export function accountPasswordJob(spec: NextcloudSpec, label: Label): Job | undefined {
  if (label.version === 1) return undefined;
  const labels = labelsOf(workloadOf(spec.commune, "cron"));
  return jobOf({
    metadata: metadataOf(workloadOf(spec.commune, "cron"), "nextcloud-admin-password"),
    reads: labelText(label),
    spec: {
      backoffLimit: 4,
      activeDeadlineSeconds: 900,
      template: {
        metadata: { labels, annotations: { "commune.cloud/secrets": labelText(label) } },
        spec: {
          ...podSpec,
          restartPolicy: "Never",
          ...placeOf(spec, "admin-password"),
          containers: [
            {
              ...nextcloudContainer(spec, "admin-password", foldersResources, databaseEnvironment(spec)),
              command: ["sh", "-euc", adminPasswordScript()],
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
          volumes: volumesOf(spec),
        },
      },
    },
  });
}
