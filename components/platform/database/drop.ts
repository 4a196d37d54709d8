import { jobOf } from "../../foundation/manifest/job.ts";
import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { VersionedServer } from "./manifests.ts";
import { roleWorkload, superuserJobSpec } from "./role.ts";

/**
 * Removes a client's database with every row, and its role: safe to run again at any time. Whoever is still connected
 * is cut off. A role that owns something elsewhere stays, and the Job says so.
 */
function dropScript(): string {
  return readTemplate("platform/database/pod/drop.sql");
}

const scriptName = "database-drop";

/** The Jobs that remove databases, one for each, and what they need. Nothing when there is none to remove. */
export function dropJobs(
  server: VersionedServer,
  databases: readonly string[],
): { needs: ConfigMap[]; jobs: { database: string; job: Job }[] } {
  const workload = roleWorkload(server);
  const jobs = databases.map((database) => {
    const spec = superuserJobSpec(server, {
      name: "drop",
      script: "/etc/drop/drop.sql",
      database,
      mounts: [{ name: "script", mountPath: "/etc/drop", readOnly: true }],
      volumes: [{ name: "script", configMap: { name: scriptName } }],
    });
    const name = `${scriptName}-${database}`;
    return { database, job: jobOf({ metadata: metadataOf(workload, name), spec, reads: dropScript() }) };
  });
  const script = configMapOf(workload, scriptName, { "drop.sql": dropScript() });
  return { needs: jobs.length > 0 ? [script] : [], jobs };
}
