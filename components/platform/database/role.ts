import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { postgresqlImage } from "../../foundation/image/catalogue.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseClient } from "./contract.ts";
import { databaseConnection, type ServerName, serverUid, type VersionedServer } from "./manifests.ts";
import { makesExtension, superuserOptions } from "./superuser.ts";

/** The pods that create a client's role and database. */
export function roleWorkload({ commune, server }: ServerName): Workload {
  return { commune, service: server, component: "role", software: "postgresql", data: "none" };
}

/** Creates what is missing and sets the password: safe to run again at any time. */
function roleScript(): string {
  return readTemplate("platform/database/pod/role.sql", { MAKES_EXTENSION: makesExtension });
}

export function roleConfigMap(server: ServerName): ConfigMap {
  return configMapOf(roleWorkload(server), "database-role", { "role.sql": roleScript() });
}

/** The client's password as the role Job reads it; the client has its own copy in its own namespace. */
export function roleSecret(server: ServerName, client: DatabaseClient, password: Input<string>): Secret {
  return secretOf(roleWorkload(server), `database-role-${client.database}`, { password });
}

/**
 * Creates a client's role and database; a new password version or a new image is a new Job.
 *
 * @param passwordLabel label that the password is derived from, for example `nextcloud/database-password/v1`.
 */
export function roleJob(server: VersionedServer, client: DatabaseClient, passwordLabel: string): Job {
  return jobOf({
    metadata: metadataOf(roleWorkload(server), `database-role-${client.database}`),
    spec: roleJobSpec(server, client, passwordLabel),
    reads: onceRestored(server, roleScript()),
  });
}

/**
 * Returns what a Job reads, together with the restore of its server: this brought back the roles and passwords of its
 * moment, and perhaps a database was not there yet.
 */
export function onceRestored({ restoreFrom }: VersionedServer, reads: unknown): unknown {
  return restoreFrom === undefined ? reads : [reads, restoreFrom];
}

function roleJobSpec(server: VersionedServer, client: DatabaseClient, passwordLabel: string): Job["spec"] {
  return superuserJobSpec(server, {
    name: "role",
    annotations: { "commune.cloud/secrets": passwordLabel },
    script: "/etc/role/role.sql",
    database: client.database,
    variables: { extensions: client.extensions.join(",") },
    mounts: [
      { name: "script", mountPath: "/etc/role", readOnly: true },
      { name: "client", mountPath: "/run/secrets/client", readOnly: true },
    ],
    volumes: [
      { name: "script", configMap: { name: "database-role" } },
      {
        name: "client",
        secret: { secretName: `database-role-${client.database}`, defaultMode: 0o440 },
      },
    ],
  });
}

/** A script that the superuser runs once about one client's database. */
export interface SuperuserScript {
  name: string;
  annotations?: Record<string, string>;
  /** Path of the SQL; it finds the client's name in the variable `name`. */
  script: string;
  database: string;
  /** Further variables of the script. */
  variables?: Readonly<Record<string, string>>;
  mounts: types.input.core.v1.VolumeMount[];
  volumes: types.input.core.v1.Volume[];
}

/** A Job that runs a script as the superuser, as soon as the server answers. The script may be run again when it was cut. */
export function superuserJobSpec(server: VersionedServer, run: SuperuserScript): Job["spec"] {
  const workload = roleWorkload(server);
  const variables = Object.entries(run.variables ?? {});
  return {
    backoffLimit: 6,
    activeDeadlineSeconds: 600,
    template: {
      metadata: { labels: labelsOf(workload), ...(run.annotations && { annotations: run.annotations }) },
      spec: {
        restartPolicy: "Never",
        ...podBaseline(serverUid),
        containers: [
          {
            name: run.name,
            image: postgresqlImage(server.major),
            command: ["sh", "-euc"],
            args: [
              `${patiently()}\npatiently psql --no-psqlrc --quiet --variable=name="$DATABASE"${variables.map(([name]) => ` --variable=${name}="$${name.toUpperCase()}"`).join("")} --file=${run.script}`,
            ],
            env: [
              { name: "PGHOST", value: databaseConnection(server, run.database).host },
              { name: "PGUSER", value: "postgres" },
              { name: "PGOPTIONS", value: superuserOptions },
              { name: "DATABASE", value: run.database },
              ...variables.map(([name, value]) => ({ name: name.toUpperCase(), value })),
              { name: "PGCONNECT_TIMEOUT", value: "10" },
              {
                name: "PGPASSWORD",
                valueFrom: { secretKeyRef: { name: "database-superuser", key: "password" } },
              },
            ],
            resources: resourceRequirements({ cpu: 0.01, requestMiB: 16, limitMiB: 64 }),
            securityContext: containerSecurity,
            volumeMounts: run.mounts,
          },
        ],
        volumes: run.volumes,
      },
    },
  };
}
