import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import type { TeamFolder } from "./plan.ts";
import { nextcloudContainer, podSpec, volumes } from "./pods.ts";
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

/**
 * Brings the folders to what the list says, as often as it runs: nothing is deleted, a folder that somebody has
 * deleted is made again, and groups that are no longer listed lose the folder. The app can come late, since it is
 * fetched from outside: this waits for it.
 * Source: lib/Command of nextcloud/groupfolders, v21.0.15 (Create, Group, ListCommand, Quota, Rename).
 */
const foldersScript = `#!/bin/sh
set -eu
cd /var/www/html
list=/etc/folders/folders.txt
tab=$(printf '\\t')

until php occ app:list --output=json | tail -n 1 | php -r 'exit(isset(json_decode(stream_get_contents(STDIN), true)["enabled"]["groupfolders"]) ? 0 : 1);'; do
  echo 'The app groupfolders is not there yet: asked again in a minute.'
  sleep 60 & wait $!
done

# The groups of a folder, one per line; fails when there is no such folder.
groups() {
  php occ groupfolders:list --output=json | tail -n 1 | php -r '
    foreach (json_decode(stream_get_contents(STDIN), true) as $folder) {
      if ((string) $folder["id"] !== $argv[1]) continue;
      foreach (array_keys($folder["groups_list"] ?? $folder["groups"]) as $group) echo "$group\\n";
      exit(0);
    }
    exit(1);' "$1"
}

while IFS=$tab read -r kind id rights name <&3; do
  case $kind in
    folder)
      folder=$(php occ config:app:get commune "folder-$id" || true)
      if [ -n "$folder" ] && groups "$folder" > /dev/null; then
        php occ groupfolders:rename "$folder" "$name"
      else
        folder=$(php occ groupfolders:create "$name" | tail -n 1)
        # It says what it refuses in the same place, above all a name that another folder has.
        case $folder in
          '' | *[!0-9]*)
            echo "$name: $folder. Rename that other folder in Nextcloud, or the school; this is tried again by itself." >&2
            exit 1
            ;;
        esac
        php occ config:app:set commune "folder-$id" --value="$folder" > /dev/null
      fi
      php occ groupfolders:quota "$folder" "$rights"
      groups "$folder" | while read -r group; do
        grep -q -x -F -e "writer$tab$id\${tab}write delete$tab$group" -e "reader$tab$id\${tab}read$tab$group" "$list" ||
          php occ groupfolders:group "$folder" "$group" --delete
      done
      echo "$name: folder $folder"
      ;;
    writer | reader)
      folder=$(php occ config:app:get commune "folder-$id")
      # It is there already, mostly: people come from the identity provider with their groups.
      php occ group:add "$name" > /dev/null 2>&1 || true
      # shellcheck disable=SC2086
      php occ groupfolders:group "$folder" "$name" $rights
      ;;
  esac
done 3< "$list"
`;

/** The list of folders and the script that brings them about; nothing without folders. */
export function foldersConfigMap(spec: NextcloudSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workloadOf(spec.commune, "web"), "nextcloud-folders"),
    data: { "folders.sh": foldersScript, "folders.txt": foldersList(spec.teamFolders ?? []) },
  };
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
        affinity: onNodeOf(workloadOf(spec.commune, "web")),
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
        volumes: [...volumes, { name: "folders", configMap: { name: "nextcloud-folders" } }],
      },
    },
  };
}
