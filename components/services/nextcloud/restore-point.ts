import { patiently } from "../../foundation/manifest/reach.ts";
import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { scriptsFolder } from "./configuration.ts";
import { uid } from "./pods.ts";

/** The settings of this site again: those that came with the files name the server of the site that they are of. */
const ownSettings = `cat ${scriptsFolder}/zz-commune.config.php > config/zz-commune.config.php\n`;

/** `occ`, in a run of the background jobs' pod. */
const told = (words: string) => ({
  cronJob: "nextcloud-cron",
  command: ["sh", "-euc", `cd /var/www/html\n${ownSettings}${patiently}\npatiently php occ ${words}\n`],
});

/** Maintenance mode, by a file beside config.php: it is read with every request. Source: lib/private/Config.php, readData. */
const freeze = {
  volume: "nextcloud",
  file: "config/frozen.config.php",
  text: "<?php\n$CONFIG = time() < {until} ? ['maintenance' => true] : [];\n",
};

/** Clients would else delete or overwrite what they have and the server has no more (nextcloud/server#9604). */
const toldClients = {
  what: "clients are told that files went back",
  when: "before people return",
  ...told("maintenance:data-fingerprint"),
} as const;

/**
 * What is in its restore points. config.php has `secret`, `passwordsalt` and `instanceid`, which no seed gives back, and
 * without version.php beside it Nextcloud installs itself anew. The rest of the code is the image's.
 * Source: Nextcloud's administration manual, "Backup".
 */
export function nextcloudPoint(): PointContents {
  return {
    uid,
    volumes: [
      {
        name: "nextcloud",
        paths: ["version.php", "config", "custom_apps", "themes"],
        excluded: [freeze.file],
      },
      // Previews are made again when somebody looks.
      { name: "nextcloud-data", excluded: ["appdata_*/preview", "*.log", "updater-*"] },
    ],
    freeze,
    afterFiles: [
      toldClients,
      { what: "the list of files is as the files are", when: "while it serves", ...told("files:scan --all") },
    ],
    afterAll: [toldClients],
    afterPath: [
      {
        what: "the list of files is as the files are",
        when: "while it serves",
        cronJob: "nextcloud-cron",
        // The path is an argument: a shell reads none of it.
        command: [
          ...["sh", "-euc", `cd /var/www/html\n${patiently}\npatiently php occ files:scan --path="/$1"\n`],
          ...["sh", "{path}"],
        ],
      },
    ],
  };
}
