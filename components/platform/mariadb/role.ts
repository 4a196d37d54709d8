import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload, type Workloads } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { mariadbConnection, mariadbUid, rootSecretName } from "./manifests.ts";
import type { MariadbName } from "./plan.ts";
import { givenRights, withdrawnRights } from "./rights.ts";
import type { RowsShare } from "./rows.ts";
import { connectionsPerClient } from "./sizing.ts";

/**
 * Requirements of an application for the server: a part of its volume, and a user and a database of the same name,
 * which does not tell whose it is, and which nobody else can see.
 */
export interface MariadbClient extends RowsShare {
  /** Start of the names of its objects: `t-chorale-wordpress`. */
  release: string;
  /** Label from which the user's password is derived. */
  password: SecretLabel;
  /** The pods that connect. */
  workloads: Workloads;
}

/** The pods that make a client's user and database, or remove them. */
export function roleWorkload({ commune, server }: MariadbName): Workload {
  return { commune, service: server, component: "role", software: "mariadb", data: "none" };
}

const scriptsName = ({ server }: MariadbName) => `${server}-role`;

/**
 * Returns the superuser's connection to the server, which it waits for. With the password in a file, and not in a
 * variable, the client also verifies the server's own certificate, by a signature that only a holder of that password
 * can give.
 */
function connecting(): string {
  return readTemplate("platform/mariadb/pod/connect.bash", { PATIENTLY: patiently() });
}

/**
 * Makes what is missing and sets the password: safe to run again at any time. Rights are given once, so that those that were
 * taken away since (rows.ts) stay so.
 */
function roleScript(): string {
  return readTemplate("platform/mariadb/pod/role.bash", {
    CONNECT: connecting(),
    GIVEN_RIGHTS: givenRights,
    WITHDRAWN_RIGHTS: withdrawnRights,
    CONNECTIONS_PER_CLIENT: connectionsPerClient,
  });
}

/**
 * Removes a client's database with every row, and its user, and what restores have left beside them under its name
 * (exchange.ts): safe to run again at any time.
 */
function dropScript(): string {
  return readTemplate("platform/mariadb/pod/drop.bash", { CONNECT: connecting() });
}

/** Returns the ConfigMap with the scripts of the Jobs. */
export function roleScripts(server: MariadbName): ConfigMap {
  return configMapOf(roleWorkload(server), scriptsName(server), {
    "role.sh": roleScript(),
    "drop.sh": dropScript(),
  });
}

/** The client's password as its Job reads it; the client has a copy of its own in its namespace. */
export function roleSecret(
  server: MariadbName,
  { release }: Pick<MariadbClient, "release">,
  password: Input<string>,
): Secret {
  return secretOf(roleWorkload(server), `role-${release}`, { password });
}

/**
 * Makes a client's user and database; a new version of its password is a new Job.
 *
 * @param passwordLabel label that the password is derived from, with its version.
 */
export function roleJob(
  server: MariadbName,
  { release, database }: Pick<MariadbClient, "release" | "database">,
  passwordLabel: string,
): Job {
  const name = `role-${release}`;
  return scriptJob(server, {
    name,
    database,
    script: "role.sh",
    reads: roleScript(),
    secret: name,
    passwordLabel,
  });
}

/** Removes a client's user and database for good. */
export function dropJob(
  server: MariadbName,
  { release, database }: Pick<MariadbClient, "release" | "database">,
): Job {
  return scriptJob(server, { name: `drop-${release}`, database, script: "drop.sh", reads: dropScript() });
}

interface ScriptRun {
  name: string;
  database: string;
  script: string;
  reads: string;
  /** The Secret with the client's password, and what it is derived from. */
  secret?: string;
  passwordLabel?: string;
}

function scriptJob(
  server: MariadbName,
  { name, database, script, reads, secret, passwordLabel }: ScriptRun,
): Job {
  const workload = roleWorkload(server);
  const annotations = passwordLabel && { "commune.cloud/secrets": passwordLabel };
  return jobOf({
    metadata: metadataOf(workload, name),
    reads,
    spec: {
      backoffLimit: 6,
      activeDeadlineSeconds: 600,
      template: {
        metadata: { labels: labelsOf(workload), ...(annotations && { annotations }) },
        spec: {
          restartPolicy: "Never",
          ...podBaseline(mariadbUid),
          containers: [
            {
              name: "role",
              image: images.mariadb.reference,
              command: ["bash", "-euo", "pipefail", `/etc/role/${script}`],
              env: [
                { name: "HOST", value: mariadbConnection(server, database).host },
                { name: "DATABASE", value: database },
              ],
              resources: resourceRequirements({ cpu: 0.01, requestMiB: 16, limitMiB: 64 }),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "scripts", mountPath: "/etc/role", readOnly: true },
                { name: "root", mountPath: "/run/secrets/root", readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
                ...(secret ? [{ name: "client", mountPath: "/run/secrets/client", readOnly: true }] : []),
              ],
            },
          ],
          volumes: [
            { name: "scripts", configMap: { name: scriptsName(server) } },
            { name: "root", secret: { secretName: rootSecretName(server.server), defaultMode: 0o440 } },
            { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            ...(secret ? [{ name: "client", secret: { secretName: secret, defaultMode: 0o440 } }] : []),
          ],
        },
      },
    },
  });
}
