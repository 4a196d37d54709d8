import type { PointContents } from "../../foundation/restore-point/contract.ts";
import {
  asTheFilesAre,
  asThePathIs,
  clientsAreTold,
  codePaths,
  pastAnyOld,
  somebodyHasIt,
} from "./after-restore.ts";
import type { NextcloudPlan } from "./plan.ts";
import { secretName, uid } from "./pods.ts";

/** Maintenance mode, by a file beside config.php: it is read with every request. Source: lib/private/Config.php, readData. */
const freeze = {
  volume: "nextcloud",
  file: "config/frozen.config.php",
  text: "<?php\n$CONFIG = time() < {until} ? ['maintenance' => true] : [];\n",
};

/**
 * Returns the contents of its restore points. config.php has `secret`, `passwordsalt` and `instanceid`, which no seed
 * gives back, and without version.php beside it Nextcloud would install itself again. The rest of the code is the
 * image's.
 * Source: Nextcloud's administration manual, "Backup".
 */
export function nextcloudPoint({ media }: Pick<NextcloudPlan, "media">): PointContents {
  if (media !== undefined) return pointInBucket();
  return {
    uid,
    volumes: [
      { name: "nextcloud", paths: codePaths, excluded: [freeze.file] },
      // Previews are made again when somebody looks.
      { name: "nextcloud-data", excluded: ["appdata_*/preview", "*.log", "updater-*"] },
    ],
    freeze,
    afterFiles: [asTheFilesAre()],
    afterAll: [pastAnyOld(), asTheFilesAre()],
    beforePath: [somebodyHasIt()],
    afterPath: [asThePathIs()],
  };
}

/**
 * Returns the contents where its files are in a bucket: objects are numbers there, which only the rows of their moment
 * explain. Its keys are from the seed, and its code is the image's.
 */
function pointInBucket(): PointContents {
  return {
    ...{ uid, volumes: [], secret: secretName, isFoundByRows: true },
    afterFiles: [],
    afterAll: [pastAnyOld(), clientsAreTold()],
    afterPath: [],
  };
}
