import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { postgresqlImage } from "../../foundation/image/catalogue.ts";
import { jobOf } from "../../foundation/manifest/job.ts";
import { labelsOf, namespaceOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { DatabaseClient } from "./contract.ts";
import { databaseConnection, type ServerName, serverUid, type VersionedServer } from "./manifests.ts";

/** The pods that create a client's role and database. */
export function roleWorkload({ commune, server }: ServerName): Workload {
  return { commune, service: server, component: "role", software: "postgresql", data: "none" };
}

/** Creates what is missing and sets the password: safe to run again at any time. */
const roleScript = `\\set ON_ERROR_STOP on
\\set password \`cat /run/secrets/client/password\`
-- The statement below carries the password: it must not reach the server's log, even when it fails.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I LOGIN', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \\gexec
ALTER ROLE :"name" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
\\connect :"name"
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name)
  FROM unnest(string_to_array(:'extensions', ',')) AS name WHERE name <> '' \\gexec
`;

export function roleConfigMap(server: ServerName): ConfigMap {
  const workload = roleWorkload(server);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "database-role", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    data: { "role.sql": roleScript },
  };
}

/** The client's password as the role Job reads it; the client has its own copy in its own namespace. */
export function roleSecret(server: ServerName, client: DatabaseClient, password: Input<string>): Secret {
  const workload = roleWorkload(server);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `database-role-${client.database}`,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    type: "Opaque",
    stringData: { password },
  };
}

/**
 * Creates a client's role and database; a new password version or a new image is a new Job.
 *
 * @param passwordLabel label that the password is derived from, for example `nextcloud/database-password/v1`.
 */
export function roleJob(server: VersionedServer, client: DatabaseClient, passwordLabel: string): Job {
  const workload = roleWorkload(server);
  return jobOf({
    metadata: {
      name: `database-role-${client.database}`,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec: roleJobSpec(server, client, passwordLabel),
    reads: onceRestored(server, roleScript),
  });
}

/**
 * What a Job reads, and what its server went back to: with it came the roles and passwords of that moment, and perhaps a
 * database was not there yet.
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
              `${patiently}\npatiently psql --no-psqlrc --quiet --variable=name="$DATABASE"${variables.map(([name]) => ` --variable=${name}="$${name.toUpperCase()}"`).join("")} --file=${run.script}`,
            ],
            env: [
              { name: "PGHOST", value: databaseConnection(server, run.database).host },
              { name: "PGUSER", value: "postgres" },
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
