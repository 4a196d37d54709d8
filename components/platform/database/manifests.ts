import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Availability } from "../../foundation/availability/availability.ts";
import { type PostgresqlMajor, postgisImage, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, namespaceOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Secret,
  Service,
  StatefulSet,
} from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { commandProbe } from "../../foundation/manifest/probe.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import { volumeClaim } from "../../foundation/volume/manifests.ts";
import type { DatabaseConnection } from "./contract.ts";
import {
  accessFile,
  accessMount,
  accessName,
  accessVolume,
  hostAccess,
  replicationSettings,
} from "./replication.ts";
import { type RestoreFrom, restoreName } from "./restore.ts";
import { superuserPassword } from "./secrets.ts";
import {
  dumpScript,
  restoreScript,
  superuserScript,
  takeRestoredScript,
  undoScript,
} from "./server-scripts.ts";
import { databaseResources, postgresqlSettings } from "./sizing.ts";

/** Name of a server of a commune: `database`, `<service>-database` for a service's own, `pg--<id>` for an association's. */
export interface ServerName {
  commune: string;
  server: string;
}

/** A server and the major version of PostgreSQL that it runs. */
export interface VersionedServer extends ServerName {
  major: PostgresqlMajor;
  /** Its availability; `single` when absent. */
  availability?: Availability | undefined;
  /** Copies that it goes back to before it starts; undefined if it goes on from its present data. */
  restoreFrom?: RestoreFrom | undefined;
}

/** Port of PostgreSQL. */
export const databasePort = 5432;

/** User of the official image. Source: docker-library/postgres, Dockerfile. */
export const serverUid = 999;

/** A database server of a commune: the one that its services share, one service's own, or one association's. */
export interface DatabaseSpec extends VersionedServer {
  /** Major version that the data still has, when the server is to take it over. */
  upgradeFrom: PostgresqlMajor | undefined;
  /** Memory that the server may use, MiB; its settings follow from it. */
  memoryMiB: number;
  /** Size of the data volume, GiB. */
  storageGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
  /** Whether it is a PostgreSQL with PostGIS. */
  isSpatial?: boolean;
  /** Whether a keeper copies it as it changes (components/recovery/keeper). */
  isCopied?: boolean;
}

/** The server's pods. */
export function serverWorkload({ commune, server }: ServerName): Workload {
  return {
    commune,
    service: server,
    component: "server",
    software: "postgresql",
    data: "accounts.documents",
  };
}

/** Name of several servers with the same rows, and of the Service that leads to the one of them that takes writes. */
export const clusterName = "database";
const writable = `${clusterName}-rw`;

/** Name of the Service in a server's namespace that leads to the one that takes writes. */
export function serviceOf({ availability }: Pick<VersionedServer, "availability">): string {
  return availability === "node-loss" ? writable : "database";
}

/** Returns a client's connection to its database on a server; traffic stays inside the cluster, behind a named opening. */
export function databaseConnection(
  { commune, server, availability }: ServerName & Pick<VersionedServer, "availability">,
  database: string,
): DatabaseConnection {
  return {
    host: `${serviceOf({ availability })}.${namespaceOf({ commune, service: server })}.svc`,
    port: databasePort,
    database,
    sslMode: "disable",
  };
}

export function databaseSecret(server: ServerName, superuserPassword: Input<string>): Secret {
  return secretOf(serverWorkload(server), "database-superuser", { password: superuserPassword });
}

export function databaseService(server: ServerName): Service {
  const workload = serverWorkload(server);
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
export function databaseVolume(spec: DatabaseSpec): PersistentVolumeClaim {
  return volumeClaim({
    workload: serverWorkload(spec),
    name: "database-data",
    sizeGiB: spec.storageGiB,
    storageClass: spec.storageClass,
  });
}

/** Returns the ConfigMap that says who may connect to a server that is copied. */
export function accessConfigMap(server: ServerName): ConfigMap {
  return configMapOf(serverWorkload(server), accessName, { [accessFile]: hostAccess() });
}

/** @param superuser label of the superuser's password, in the version that counts. */
export function databaseServer(
  spec: DatabaseSpec,
  superuser: Label = superuserPassword(spec.server),
): StatefulSet {
  const workload = serverWorkload(spec);
  const before = [
    ...(spec.restoreFrom === undefined ? [] : [restoredContainer(spec, spec.restoreFrom)]),
    ...(spec.upgradeFrom === undefined ? [] : upgradeContainers(spec, spec.upgradeFrom)),
    // PostgreSQL reads the first one when it makes its files, and never again.
    ...(superuser.version === 1 ? [] : [superuserContainer(spec, superuser)]),
  ];
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "database", namespace: namespaceOf(workload), labels: labelsOf(workload) },
    spec: {
      replicas: 1,
      serviceName: "database",
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          ...(spec.isCopied && { annotations: { "commune.cloud/config": checksum(hostAccess()) } }),
        },
        spec: {
          ...podBaseline(serverUid),
          // A checkpoint of a busy server can outlast the default 30 s; being killed in it means recovery.
          terminationGracePeriodSeconds: 120,
          ...(before.length === 0 ? {} : { initContainers: before }),
          containers: [serverContainer(spec)],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "database-data" } },
            { name: "superuser", secret: { secretName: "database-superuser", defaultMode: 0o440 } },
            { name: "run", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
            // Parallel queries use POSIX shared memory; the container runtime's 64 MiB is too little.
            { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
            ...(spec.isCopied ? [accessVolume] : []),
          ],
        },
      },
    },
  };
}

function serverContainer(spec: DatabaseSpec): types.input.core.v1.Container {
  return {
    ...postgresqlContainer(spec, "postgresql", spec.major),
    args: ["postgres", ...settingsOf(spec, spec.major)],
    ports: [{ name: "postgresql", containerPort: databasePort }],
    // First start: initdb on a slow disk. A long recovery must not be killed either.
    startupProbe: { ...accepts(spec.major), ...commandProbe, periodSeconds: 2, failureThreshold: 300 },
    // The kubelet's own look: a command would be a process more each few seconds, for ever.
    readinessProbe: { tcpSocket: { port: "postgresql" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "postgresql" }, periodSeconds: 20, failureThreshold: 6 },
  };
}

/** Dump with the old version, restore into the new one: no probe looks at either, and no client can connect. */
function upgradeContainers(spec: DatabaseSpec, from: PostgresqlMajor): types.input.core.v1.Container[] {
  return [
    stepBefore(spec, "dump", from, dumpScript()),
    stepBefore(spec, "restore", spec.major, restoreScript(from)),
  ];
}

/** Puts what was restored in the place of what is there, or the other way round. */
function restoredContainer(spec: DatabaseSpec, from: RestoreFrom): types.input.core.v1.Container {
  const script = from.undo ? undoScript() : takeRestoredScript();
  return stepBefore(spec, "restored", spec.major, script, [{ name: "NAME", value: restoreName(from) }]);
}

/** Tells the server its superuser's password, once for each version of it. */
function superuserContainer(spec: DatabaseSpec, superuser: Label): types.input.core.v1.Container {
  const label = { name: "LABEL", value: labelText(superuser) };
  return stepBefore(spec, "superuser", spec.major, superuserScript(), [label]);
}

/** Returns an init container that works on the data before its server starts. */
function stepBefore(
  spec: DatabaseSpec,
  name: string,
  major: PostgresqlMajor,
  script: string,
  env: readonly types.input.core.v1.EnvVar[] = [],
): types.input.core.v1.Container {
  const settings = { name: "SETTINGS", value: settingsOf(spec, major).join(" ") };
  return {
    ...postgresqlContainer(spec, name, major, [settings, ...env]),
    command: ["bash", "-euo", "pipefail", "-c", script],
    // What `kubectl describe` and a failed update show is the end of the log.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** The server's settings as arguments of a version of it: no value has a space in it. */
function settingsOf({ memoryMiB, storageGiB, isCopied }: DatabaseSpec, major: PostgresqlMajor): string[] {
  const settings = {
    ...postgresqlSettings(memoryMiB),
    ...(isCopied && replicationSettings(storageGiB, major)),
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** Returns a container of the server's pod, with what all of them share. */
function postgresqlContainer(
  spec: DatabaseSpec,
  name: string,
  major: PostgresqlMajor,
  env: readonly types.input.core.v1.EnvVar[] = [],
): types.input.core.v1.Container {
  return {
    name,
    image: spec.isSpatial ? postgisImage(major) : postgresqlImage(major),
    env: [
      { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
      { name: "POSTGRES_PASSWORD_FILE", value: "/run/secrets/database/password" },
      { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums --locale=C.UTF-8" },
      ...env,
    ],
    resources: resourceRequirements(databaseResources(spec.memoryMiB)),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/postgresql/data" },
      { name: "superuser", mountPath: "/run/secrets/database", readOnly: true },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "shared-memory", mountPath: "/dev/shm" },
      ...(spec.isCopied ? [accessMount] : []),
    ],
  };
}

/** The program itself: `pg_isready` of the PATH is Debian's wrapper in Perl, which takes ten times as much. */
const accepts = (major: PostgresqlMajor) => ({
  exec: {
    command: [
      `/usr/lib/postgresql/${major}/bin/pg_isready`,
      ...["--quiet", "--username=postgres", "--host=127.0.0.1"],
    ],
  },
});
