import { readTemplate } from "../../foundation/template/template.ts";
import { wholeMark } from "./exchange.ts";
import { countRows, momentFolders } from "./moment.ts";
import { restoreJobs } from "./sizing.ts";
import { superuserOptions } from "./superuser.ts";

/**
 * In the server's pod: the dump of a moment into the empty database that was made beside the client's, as the role that owns
 * it. Its tables are counted, and it is said to be whole when all counts are those of the moment. Then it says each table
 * whose count is another one now: its name, then and now.
 */
export function fillScript(): string {
  return readTemplate("platform/database/pod/fill.bash", {
    DUMPS: momentFolders.dumps,
    COUNT_ROWS: countRows,
    JOBS: restoreJobs,
    WHOLE_MARK: wholeMark,
    SUPERUSER_OPTIONS: superuserOptions,
  });
}

/** In the server's pod: the dump is not needed any more. */
export function releaseScript(): string {
  return readTemplate("platform/database/pod/release.sh", { DUMPS: momentFolders.dumps });
}
