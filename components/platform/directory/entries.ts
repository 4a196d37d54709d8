import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { baseEntries, directoryUid, managerOf } from "./configuration.ts";
import { directoryAddress, directoryService, managerSecretName } from "./manifests.ts";
import type { DirectoryPlan } from "./plan.ts";

/** The pod that makes entries. */
export function entriesWorkload({ commune }: Pick<DirectoryPlan, "commune">): Workload {
  return { commune, service: directoryService, component: "entries", software: "openldap", data: "none" };
}

/** Name of what makes entries: the Job's, without its checksum, and the CronJob's. */
export const entriesName = "directory-entries";

/** Command that makes entries. */
export const entriesCommand = ["bash", "-euo", "pipefail", "/etc/directory/add.sh"] as const;

/** Adds what is missing, and nothing else: 68 is "already exists" (RFC 4511, appendix A.2). */
function script(): string {
  return readTemplate("platform/directory/pod/add-entries.bash", { PATIENTLY: patiently() });
}

/** Returns the ConfigMap with the entries that the Job adds, and its script. */
export function entriesConfig(plan: DirectoryPlan): ConfigMap {
  return configMapOf(entriesWorkload(plan), entriesName, {
    "entries.ldif": baseEntries(plan),
    "add.sh": script(),
  });
}

/** The manager's password as the Job reads it. */
export function managerSecret(directory: Pick<DirectoryPlan, "commune">, password: Input<string>): Secret {
  return secretOf(entriesWorkload(directory), managerSecretName, { password });
}

/** Adds the groups that are not there yet; another group is another Job. */
export function entriesJob(plan: DirectoryPlan): Job {
  return jobOf({
    metadata: metadataOf(entriesWorkload(plan), entriesName),
    reads: entriesConfig(plan).data,
    spec: entriesSpec(plan),
  });
}

/** Makes entries once more, after the directory went back to a moment when groups were missing: the Job of before is done. */
export function entriesCronJob(plan: DirectoryPlan): CronJob {
  return suspendedCronJob(entriesWorkload(plan), entriesName, entriesSpec(plan));
}

function entriesSpec(plan: DirectoryPlan): Job["spec"] {
  return {
    backoffLimit: 6,
    activeDeadlineSeconds: 600,
    template: {
      metadata: { labels: labelsOf(entriesWorkload(plan)) },
      spec: {
        restartPolicy: "Never",
        ...podBaseline(directoryUid),
        containers: [
          {
            name: "entries",
            image: images.slapd.reference,
            command: [...entriesCommand],
            env: [
              { name: "SERVER", value: directoryAddress(plan) },
              { name: "MANAGER", value: managerOf(plan) },
            ],
            resources: resourceRequirements({ cpu: 0.01, requestMiB: 16, limitMiB: 64 }),
            securityContext: containerSecurity,
            volumeMounts: [
              { name: "entries", mountPath: "/etc/directory", readOnly: true },
              { name: "manager", mountPath: "/run/secrets/manager", readOnly: true },
              { name: "tmp", mountPath: "/tmp" },
            ],
          },
        ],
        volumes: [
          { name: "entries", configMap: { name: entriesName } },
          { name: "manager", secret: { secretName: managerSecretName, defaultMode: 0o440 } },
          { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } },
        ],
      },
    },
  };
}
