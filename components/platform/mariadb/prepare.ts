import { readTemplate } from "../../foundation/template/template.ts";
/** Folder of the server's files on the volume, beside what a file system may have of its own. */
export const dataFolder = "/var/lib/mysql/data";

/** File that the server runs before it answers anybody; its folder is in memory. */
export const initFile = "/run/init/init.sql";

/**
 * Before each start: the first files of a server that has none, and the superuser's password as it is in the Secret.
 * Data of an older version is upgraded where the server listens on its socket alone; data of a newer one is refused,
 * since MariaDB cannot go back (https://mariadb.com/kb/en/downgrading-between-major-versions-of-mariadb/). It can be
 * cut off at any point and run again.
 */
export function prepareScript(): string {
  return readTemplate("platform/mariadb/pod/prepare.bash", { DATA_FOLDER: dataFolder, INIT_FILE: initFile });
}
