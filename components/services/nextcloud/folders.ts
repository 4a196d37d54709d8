import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import type { TeamFolder } from "./plan.ts";
import { nextcloudContainer, placeOf, podSpec, volumesOf } from "./pods.ts";
import { foldersScript } from "./scripts.ts";
import { foldersResources } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** One line per folder and per group, fields with a tab between: no value has one. */
function foldersList(folders: readonly TeamFolder[]): string {
  return folders
    .flatMap(({ id, name, quota, writers, readers }) => [
      ["folder", id, quota, name],
      ...writers.map((group) => ["writer", id, "write delete", group]),
      ...readers.map((group) => ["reader", id, "read", group]),
    ])
    .map((fields) => `${fields.join("\t")}\n`)
    .join("");
}

/** The list of folders and the script that brings them about; nothing without folders. */
export function foldersConfigMap(spec: NextcloudSpec): ConfigMap {
  return configMapOf(workloadOf(spec.commune, "web"), "nextcloud-folders", {
    "folders.sh": foldersScript(),
    "folders.txt": foldersList(spec.teamFolders ?? []),
  });
}

/** Runs the script once for each change of the list. The rest of the stack does not wait for it. */
export function foldersJob(spec: NextcloudSpec): Job {
  return jobOf({
    metadata: {
      ...metadataOf(workloadOf(spec.commune, "web"), "nextcloud-folders"),
      labels: labelsOf(workloadOf(spec.commune, "cron")),
      // The app may come hours later, from a mirror that is down; documents are served meanwhile.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: foldersSpec(spec),
    reads: foldersConfigMap(spec).data,
  });
}

function foldersSpec(spec: NextcloudSpec): Job["spec"] {
  const container = nextcloudContainer(spec, "folders", foldersResources);
  return {
    backoffLimit: 20,
    template: {
      metadata: { labels: labelsOf(workloadOf(spec.commune, "cron")) },
      spec: {
        ...podSpec,
        restartPolicy: "Never",
        ...placeOf(spec, "folders"),
        containers: [
          {
            ...container,
            command: ["sh", "/etc/folders/folders.sh"],
            volumeMounts: [
              ...container.volumeMounts,
              { name: "folders", mountPath: "/etc/folders", readOnly: true },
            ],
          },
        ],
        volumes: [...volumesOf(spec), { name: "folders", configMap: { name: "nextcloud-folders" } }],
      },
    },
  };
}
