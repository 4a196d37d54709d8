import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { uid } from "./pods.ts";

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
  };
}
