import { createHash } from "node:crypto";
import type { Input } from "@pulumi/pulumi";
import { images } from "../image/catalogue.ts";
import { labelsOf, namespaceOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type {
  ConfigMap,
  Job,
  PersistentVolumeClaim,
  Secret,
  Service,
  StatefulSet,
} from "../manifest/manifest.ts";
import { resourcesOf } from "../manifest/resources.ts";
import { containerSecurity, podSecurity } from "../manifest/security.ts";
import { volumeClaim } from "../volume/manifests.ts";
import { databaseFootprint, postgresqlSettings } from "./sizing.ts";

/** Port of PostgreSQL. */
export const databasePort = 5432;

/** User of the official image. Source: docker-library/postgres, Dockerfile. */
const uid = 999;

/** The database server of a commune. */
export interface DatabaseSpec {
  commune: string;
  /** Memory that the server may use, MiB; its settings follow from it. */
  memoryMiB: number;
  /** Size of the data volume, GiB. */
  storageGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** One service's database: a role and a database of the same name. */
export interface DatabaseClient {
  workload: Workload;
  /** Name of the database and of its owner. */
  database: string;
}

/** The server's pods. */
export function serverWorkload(commune: string): Workload {
  return {
    commune,
    service: "database",
    component: "server",
    software: "postgresql",
    data: "accounts.documents",
  };
}

/** The pods that create a client's role and database. */
export function roleWorkload(commune: string): Workload {
  return { commune, service: "database", component: "role", software: "postgresql", data: "none" };
}

/** Host name of the server inside the cluster. */
export function databaseHost(commune: string): string {
  return `database.${namespaceOf({ commune, service: "database" })}.svc`;
}

export function databaseSecret(commune: string, superuserPassword: Input<string>): Secret {
  const workload = serverWorkload(commune);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "database-superuser", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    type: "Opaque",
    stringData: { password: superuserPassword },
  };
}

export function databaseService(commune: string): Service {
  const workload = serverWorkload(commune);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "database", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "postgresql", port: databasePort, targetPort: "postgresql" }],
    },
  };
}

/** The volume of the server's data. */
export function databaseVolume({ commune, storageGiB, storageClass }: DatabaseSpec): PersistentVolumeClaim {
  return volumeClaim({
    workload: serverWorkload(commune),
    name: "database-data",
    sizeGiB: storageGiB,
    storageClass,
  });
}

export function databaseServer(spec: DatabaseSpec): StatefulSet {
  const workload = serverWorkload(spec.commune);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "database", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    spec: {
      replicas: 1,
      serviceName: "database",
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(uid),
          // A checkpoint of a busy server can outlast the default 30 s; being killed in it means recovery.
          terminationGracePeriodSeconds: 120,
          containers: [
            {
              name: "postgresql",
              image: images.postgresql.reference,
              args: [
                "postgres",
                ...Object.entries(postgresqlSettings(spec.memoryMiB)).flatMap(([key, value]) => [
                  "-c",
                  `${key}=${value}`,
                ]),
              ],
              env: [
                { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
                { name: "POSTGRES_PASSWORD_FILE", value: "/run/secrets/database/password" },
                { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums --locale=C.UTF-8" },
              ],
              ports: [{ name: "postgresql", containerPort: databasePort }],
              // First start: initdb on a slow disk. A long recovery must not be killed either.
              startupProbe: { ...readiness, periodSeconds: 2, failureThreshold: 300 },
              readinessProbe: { ...readiness, periodSeconds: 5, timeoutSeconds: 3 },
              livenessProbe: { tcpSocket: { port: "postgresql" }, periodSeconds: 20, failureThreshold: 6 },
              resources: resourcesOf(databaseFootprint(spec.memoryMiB)),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "data", mountPath: "/var/lib/postgresql/data" },
                { name: "superuser", mountPath: "/run/secrets/database", readOnly: true },
                { name: "run", mountPath: "/var/run/postgresql" },
                { name: "tmp", mountPath: "/tmp" },
                { name: "shared-memory", mountPath: "/dev/shm" },
              ],
            },
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "database-data" } },
            { name: "superuser", secret: { secretName: "database-superuser", defaultMode: 0o440 } },
            { name: "run", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
            // Parallel queries use POSIX shared memory; the container runtime's 64 MiB is too little.
            { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
          ],
        },
      },
    },
  };
}

const readiness = {
  exec: { command: ["pg_isready", "--quiet", "--username=postgres", "--host=127.0.0.1"] },
};

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
`;

export function roleConfigMap(commune: string): ConfigMap {
  const workload = roleWorkload(commune);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "database-role", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    data: { "role.sql": roleScript },
  };
}

/** The client's password as the role Job reads it; the client has its own copy in its own namespace. */
export function roleSecret(client: DatabaseClient, password: Input<string>): Secret {
  const workload = roleWorkload(client.workload.commune);
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
export function roleJob(client: DatabaseClient, passwordLabel: string): Job {
  const workload = roleWorkload(client.workload.commune);
  const spec = roleJobSpec(client, passwordLabel);
  const checksum = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `database-role-${client.database}-${checksum}`,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
    },
    spec,
  };
}

function roleJobSpec(client: DatabaseClient, passwordLabel: string): Job["spec"] {
  const { commune } = client.workload;
  const workload = roleWorkload(commune);
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
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: podSecurity(uid),
        containers: [
          {
            name: "role",
            image: images.postgresql.reference,
            // A network opening takes a moment to reach every node; failing would cost a back-off of 10 s.
            command: ["sh", "-euc"],
            args: [
              'until pg_isready --quiet --timeout=2; do sleep 1; done; exec psql --no-psqlrc --quiet --variable=name="$DATABASE" --file=/etc/role/role.sql',
            ],
            env: [
              { name: "PGHOST", value: databaseHost(commune) },
              { name: "PGUSER", value: "postgres" },
              { name: "DATABASE", value: client.database },
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
