import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import { secretsFolder } from "./configuration.ts";
import { databaseEnvironment, nextcloudContainer, podSpec, volumes } from "./pods.ts";
import { foldersResources } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** The password policy is asked as well, and says what it refuses. App passwords of the account go on. */
const script = `cd /var/www/html
${patiently}
OC_PASS=$(cat ${secretsFolder}/admin-password)
export OC_PASS
patiently php occ user:resetpassword --password-from-env admin ||
  { echo 'The account admin has the password of before: the line above says why. Where it is gone, take the line out of secrets:.' >&2; exit 1; }
`;

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
          // The volumes can be mounted by one node only: run where Nextcloud runs.
          affinity: onNodeOf(workloadOf(spec.commune, "web")),
          containers: [
            {
              ...nextcloudContainer(spec, "admin-password", foldersResources, databaseEnvironment(spec)),
              command: ["sh", "-euc", script],
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
          volumes,
        },
      },
    },
  });
}
