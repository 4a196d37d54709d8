import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret, Service } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { Software } from "../../foundation/part/part.ts";
import type { ProvidesMetrics } from "../../foundation/part/watched.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseConnection } from "../database/contract.ts";
import { lostServer } from "../lost-server/figures.ts";
import { exporterResources, type PoolerSize, poolerResources, poolSize } from "./sizing.ts";

/** Port of PgBouncer, and of its exporter: their own defaults. */
export const poolerPort = 6432;
const metricsPort = 9127;

/** User of CloudNativePG's image of PgBouncer. Source: cloudnative-pg/pgbouncer-containers, Dockerfile. */
const uid = 998;

/** User whom the exporter logs in as, in the same pod. */
const statsUser = "metrics";

const folder = "/etc/pooler";
const usersFolder = "/run/secrets/pooler";
const usersFile = "userlist.txt";

/** Authorities of the image's system. Source: as above, which installs `ca-certificates`. */
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

type Owner = Pick<Workload, "commune" | "service">;

/** A pool of connections between the processes of one service and its database server. */
export interface PoolerSpec extends Owner {
  size: PoolerSize;
  /** The server, as a process would reach it itself. */
  database: DatabaseConnection;
  /** Label of the password of the service's role: another version restarts the pods. */
  passwordLabel: string;
  /** Certificate authority that the site trusts beside the system's; undefined if there is none. */
  authority: string | undefined;
}

/** The pods of a service's pooler. */
export function poolerWorkload({ commune, service }: Owner): Workload {
  return { commune, service, component: "pooler", software: "pgbouncer", data: "none" };
}

/** Name of all that a pooler is made of, and its address for pods of the same namespace. */
function poolerName({ service }: Pick<Owner, "service">): string {
  return `${service}-pooler`;
}

/** Returns the database as the service's processes reach it through the pooler: unencrypted, in their own namespace. */
export function pooledConnection(
  { service }: Pick<Owner, "service">,
  { database }: Pick<DatabaseConnection, "database">,
): DatabaseConnection {
  return { host: poolerName({ service }), port: poolerPort, database, sslMode: "disable" };
}

/** Software of a pooler. */
export const poolerSoftware: readonly Software[] = [
  { name: "pgbouncer", image: images.pgbouncer },
  { name: "pgbouncer-exporter", image: images.pgbouncerExporter },
];

/** Returns what is watched of a pooler. Source: prometheus-community/pgbouncer_exporter. */
export function poolerWatched(owner: Owner): ProvidesMetrics {
  return {
    ...{ by: "metrics", job: "pooler", path: "/metrics", through: undefined, isOpenToSite: false },
    ...{ workload: poolerWorkload(owner), port: metricsPort },
  };
}

/** Returns PgBouncer's configuration: nothing in it is secret. */
export function poolerConfigMap(spec: PoolerSpec): ConfigMap {
  const { authority } = spec;
  return configMapOf(poolerWorkload(spec), poolerName(spec), {
    "pgbouncer.ini": configuration(spec),
    "hba.conf": readTemplate("platform/pooler/pod/hba.conf", { STATS_USER: statsUser }),
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

function configuration({ size, database, authority }: PoolerSpec): string {
  const roots = authority === undefined ? systemAuthorities : `${folder}/${authorityKey}`;
  return readTemplate("platform/pooler/pod/pgbouncer.ini", {
    DATABASE: database.database,
    HOST: database.host,
    PORT: database.port,
    LISTEN_PORT: poolerPort,
    FOLDER: folder,
    USERS_FOLDER: usersFolder,
    USERS: usersFile,
    STATS_USER: statsUser,
    POOL_SIZE: poolSize,
    CLIENTS: size.clients,
    CONNECT: lostServer.connectSeconds,
    IDLE: lostServer.idleSeconds,
    INTERVAL: lostServer.intervalSeconds,
    PROBES: lostServer.probes,
    SILENT_MS: lostServer.silentSeconds * 1000,
    SSL_MODE: database.sslMode,
    AUTHORITY: database.sslMode === "verify-full" ? `server_tls_ca_file = ${roots}` : "",
  });
}

/**
 * Returns who may log in, with what PgBouncer itself logs in to the server with.
 *
 * @param users the text of {@link usersOf}.
 */
export function poolerSecret(owner: Owner, users: Input<string>): Secret {
  return secretOf(poolerWorkload(owner), poolerName(owner), { [usersFile]: users });
}

/** Returns the list of users. Source: https://www.pgbouncer.org/config.html#authentication-file-format */
export function usersOf({ database }: Pick<DatabaseConnection, "database">, password: string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return `${quoted(database)} ${quoted(password)}\n${quoted(statsUser)} ""\n`;
}

export function poolerService(owner: Owner): Service {
  const workload = poolerWorkload(owner);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, poolerName(owner)),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "postgresql", port: poolerPort, targetPort: "postgresql" }],
    },
  };
}

/**
 * Returns PgBouncer with its exporter. A pod that ends takes no new clients, ends what transactions there are, and then
 * closes the others' connections, which reconnect to another pod when they ask for something.
 */
export function poolerDeployment(spec: PoolerSpec): Deployment {
  const workload = poolerWorkload(spec);
  const name = poolerName(spec);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, name),
    spec: {
      replicas: spec.size.pods,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(poolerConfigMap(spec).data),
            "commune.cloud/secrets": spec.passwordLabel,
          },
        },
        spec: {
          ...podBaseline(uid),
          terminationGracePeriodSeconds: 45,
          containers: [
            {
              name: "pgbouncer",
              image: images.pgbouncer.reference,
              command: ["pgbouncer", `${folder}/pgbouncer.ini`],
              ports: [{ name: "postgresql", containerPort: poolerPort }],
              readinessProbe: { tcpSocket: { port: "postgresql" }, periodSeconds: 2 },
              livenessProbe: { tcpSocket: { port: "postgresql" }, periodSeconds: 20, failureThreshold: 3 },
              // SIGINT waits for transactions, and a second signal ends it at once. Source: src/main.c of PgBouncer.
              lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 5; kill -INT 1; sleep 30"] } } },
              resources: resourceRequirements(poolerResources),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "config", mountPath: folder, readOnly: true },
                { name: "users", mountPath: usersFolder, readOnly: true },
              ],
            },
            {
              name: "exporter",
              image: images.pgbouncerExporter.reference,
              env: [
                {
                  name: "PGBOUNCER_EXPORTER_CONNECTION_STRING",
                  value: `postgres://${statsUser}@127.0.0.1:${poolerPort}/pgbouncer?sslmode=disable`,
                },
              ],
              ports: [{ name: "metrics", containerPort: metricsPort }],
              resources: resourceRequirements(exporterResources),
              securityContext: containerSecurity,
            },
          ],
          volumes: [
            { name: "config", configMap: { name } },
            { name: "users", secret: { secretName: name, defaultMode: 0o440 } },
          ],
        },
      },
    },
  };
}
