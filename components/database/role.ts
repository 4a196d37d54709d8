import type { Input } from "@pulumi/pulumi";
import { postgresqlImage } from "../image/catalogue.ts";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { ConfigMap, Job, Secret } from "../manifest/manifest.ts";
import { resourcesOf } from "../manifest/resources.ts";
import { containerSecurity, podFloor } from "../manifest/security.ts";
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
 * Creates a client's role and database. A Job's template is immutable, and a preview tries the new one on the
 * cluster while the old one is there: so its name carries a checksum of what it runs, and a new password
 * version or a new image is a new Job.
 *
 * @param passwordLabel label that the password is derived from, for example `nextcloud/database-password/v1`.
 */
export function roleJob(server: VersionedServer, client: DatabaseClient, passwordLabel: string): Job {
  const workload = roleWorkload(server);
  const spec = roleJobSpec(server, client, passwordLabel);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `database-role-${client.database}-${checksum(spec, 8)}`,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec,
  };
}

function roleJobSpec(server: VersionedServer, client: DatabaseClient, passwordLabel: string): Job["spec"] {
  const workload = roleWorkload(server);
  return {
    backoffLimit: 6,
    activeDeadlineSeconds: 600,
    template: {
      metadata: {
        labels: labelsOf(workload),
        annotations: { "commune.cloud/secrets": passwordLabel },
      },
      spec: {
        restartPolicy: "Never",
        ...podFloor(serverUid),
        containers: [
          {
            name: "role",
            image: postgresqlImage(server.major),
            // A network opening takes a moment to reach every node; failing would cost a back-off of 10 s.
            command: ["sh", "-euc"],
            args: [
              'until pg_isready --quiet --timeout=2; do sleep 1; done; exec psql --no-psqlrc --quiet --variable=name="$DATABASE" --variable=extensions="$EXTENSIONS" --file=/etc/role/role.sql',
            ],
            env: [
              { name: "PGHOST", value: databaseConnection(server, client.database).host },
              { name: "PGUSER", value: "postgres" },
              { name: "DATABASE", value: client.database },
              { name: "EXTENSIONS", value: client.extensions.join(",") },
              { name: "PGCONNECT_TIMEOUT", value: "10" },
              {
                name: "PGPASSWORD",
                valueFrom: { secretKeyRef: { name: "database-superuser", key: "password" } },
              },
            ],
            resources: resourcesOf({ cpu: 0.01, requestMiB: 16, limitMiB: 64 }),
            securityContext: containerSecurity,
            volumeMounts: [
              { name: "script", mountPath: "/etc/role", readOnly: true },
              { name: "client", mountPath: "/run/secrets/client", readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: "script", configMap: { name: "database-role" } },
          {
            name: "client",
            secret: { secretName: `database-role-${client.database}`, defaultMode: 0o440 },
          },
        ],
      },
    },
  };
}
