import type { Input } from "@pulumi/pulumi";
import { jobOf } from "../../foundation/manifest/job.ts";
import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseClient } from "./contract.ts";
import type { ServerName, VersionedServer } from "./manifests.ts";
import { copyingRole } from "./replication.ts";
import { onceRestored, roleWorkload, superuserJobSpec } from "./role.ts";

const name = "database-keeper-role";

/** Creates the role that copies a server, and lets it into every database: safe to run again at any time. */
function copyRoleScript(): string {
  return readTemplate("platform/database/pod/copy-role.sql");
}

export function copyRoleConfigMap(server: ServerName): ConfigMap {
  return configMapOf(roleWorkload(server), name, { "role.sql": copyRoleScript() });
}

/** The role's password as the Job reads it; the keeper has its own copy in its own namespace. */
export function copySecret(server: ServerName, password: Input<string>): Secret {
  return secretOf(roleWorkload(server), name, { password });
}

/**
 * Creates the role that copies a server; another password or another database is another Job.
 *
 * @param passwordLabel label that the password is derived from.
 */
export function copyJob(
  server: VersionedServer,
  clients: readonly DatabaseClient[],
  passwordLabel: string,
): Job {
  const databases = clients.map(({ database }) => database);
  return jobOf({
    metadata: metadataOf(roleWorkload(server), name),
    spec: superuserJobSpec(server, {
      name: "role",
      annotations: { "commune.cloud/secrets": passwordLabel },
      script: "/etc/role/role.sql",
      database: copyingRole,
      mounts: [
        { name: "script", mountPath: "/etc/role", readOnly: true },
        { name: "keeper", mountPath: "/run/secrets/keeper", readOnly: true },
      ],
      volumes: [
        { name: "script", configMap: { name } },
        { name: "keeper", secret: { secretName: name, defaultMode: 0o440 } },
      ],
    }),
    reads: onceRestored(server, [copyRoleScript(), databases]),
  });
}
