import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { uid } from "./pods.ts";
import { reachDatabase } from "./scripts.ts";

/** `occ`, in a run of the background jobs' pod. */
const told = (words: string) => ({
  cronJob: "nextcloud-cron",
  command: ["sh", "-euc", `cd /var/www/html\n${reachDatabase}php occ ${words}\n`],
});

/**
 * What is in its restore points. config.php has `secret`, `passwordsalt` and `instanceid`, which no seed gives back, and
 * without version.php beside it Nextcloud installs itself anew. The rest of the code is the image's.
 * Source: Nextcloud's administration manual, "Backup".
 */
export function nextcloudPoint(): PointContents {
  return {
    uid,
    volumes: [
      { name: "nextcloud", paths: ["version.php", "config", "custom_apps", "themes"], excluded: [] },
      // Previews are made again when somebody looks.
      { name: "nextcloud-data", excluded: ["appdata_*/preview", "*.log", "updater-*"] },
    ],
    afterFiles: [
      {
        // Clients would else delete or overwrite what they have and the server has no more (nextcloud/server#9604).
        what: "clients are told that files went back",
        when: "before people return",
        ...told("maintenance:data-fingerprint"),
      },
      { what: "the list of files is as the files are", when: "while it serves", ...told("files:scan --all") },
    ],
  };
}
