import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import {
  labelsOf,
  metadataOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../foundation/manifest/labels.ts";
import type { Secret, Service, StatefulSet } from "../../foundation/manifest/manifest.ts";
import { secretOf } from "../../foundation/manifest/objects.ts";
import { commandProbe } from "../../foundation/manifest/probe.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { DatabaseConnection } from "../database/contract.ts";
import { databaseResources } from "../database/sizing.ts";
import { behindPort, gateContainer, mariadbPort } from "./gate.ts";
import type { MariadbName, MariadbPlan } from "./plan.ts";
import { dataFolder, initFile, prepareScript } from "./prepare.ts";
import { rowsContainer, sharesName } from "./rows.ts";
import { mariadbQuota, mariadbSettings } from "./sizing.ts";

/** User of the official image. Source: MariaDB/mariadb-docker, Dockerfile. */
export const mariadbUid = 999;

/** Name of the volume with the rows of a server. */
export function mariadbVolume(server: string): string {
  return `${server}-data`;
}

/** Name of a server's pod; its other objects are called as the server, too. */
export function mariadbPod(server: string): string {
  return `${server}-0`;
}

/** Name of the Secret with a superuser's password. */
export function rootSecretName(server: string): string {
  return `${server}-root`;
}

/** The server's pod. */
export function mariadbWorkload({ commune, server }: MariadbName): Workload {
  return {
    ...{ commune, service: server, component: "server", software: "mariadb" },
    data: "accounts.posts.media",
  };
}

/** Returns a client's connection to its database; traffic stays inside the cluster, behind a named opening. */
export function mariadbConnection({ commune, server }: MariadbName, database: string): DatabaseConnection {
  const namespace = namespaceOf({ commune, service: server });
  return { host: `${server}.${namespace}.svc`, port: mariadbPort, database, sslMode: "disable" };
}

/** Returns the holders of the rows: the namespace, and the volume in it. */
export function mariadbHolders(plan: MariadbPlan): DataHolders {
  const { commune, server, field, storageGiB, storageClass } = plan;
  const workload = mariadbWorkload(plan);
  return {
    component: "commune:index:Mariadb",
    namespace: { commune, service: server, data: workload.data, quota: mariadbQuota(plan) },
    volumes: [
      {
        ...{ workload, name: mariadbVolume(server), sizeGiB: storageGiB, storageClass },
        field: [...field, "storage"],
      },
    ],
    queue: undefined,
  };
}

export function rootSecret(server: MariadbName, password: Input<string>): Secret {
  return secretOf(mariadbWorkload(server), rootSecretName(server.server), { password });
}

export function mariadbServiceObject(server: MariadbName): Service {
  const workload = mariadbWorkload(server);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, server.server),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "mariadb", port: mariadbPort, targetPort: "mariadb" }],
    },
  };
}

/** @param root label of the superuser's password, in the version that counts. */
export function mariadbServer(plan: MariadbPlan, root: Label): StatefulSet {
  const workload = mariadbWorkload(plan);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload, plan.server),
    spec: {
      replicas: 1,
      serviceName: plan.server,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        // The superuser has the password of the last start: another one is another start.
        metadata: { labels: labelsOf(workload), annotations: { "commune.cloud/secrets": labelText(root) } },
        spec: {
          ...podBaseline(mariadbUid),
          // Writing out the pages of a busy server can outlast the default 30 s; being killed in it means recovery.
          terminationGracePeriodSeconds: 120,
          initContainers: [
            {
              ...containerOf(plan, "prepare"),
              command: ["bash", "-euo", "pipefail", "-c", prepareScript()],
              // What `kubectl describe` and a failed update show is the end of the log.
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
          containers: [serverContainer(plan), gateContainer(plan), rowsContainer(plan)],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: mariadbVolume(plan.server) } },
            { name: "root", secret: { secretName: rootSecretName(plan.server), defaultMode: 0o440 } },
            { name: "init", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            { name: "run", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
            { name: "gate", emptyDir: {} },
            { name: "rows", configMap: { name: sharesName(plan) } },
          ],
        },
      },
    },
  };
}

function serverContainer(plan: MariadbPlan): types.input.core.v1.Container {
  const settings = Object.entries(mariadbSettings(plan.memoryMiB)).map(
    ([name, value]) => `--${name}=${value}`,
  );
  return {
    ...containerOf(plan, "mariadb"),
    // No file of the image says anything: they differ between Debian's and upstream's.
    command: ["mariadbd", "--no-defaults"],
    args: [
      `--datadir=${dataFolder}`,
      "--socket=/run/mysqld/mysqld.sock",
      "--pid-file=/run/mysqld/mysqld.pid",
      "--bind-address=*",
      `--port=${behindPort}`,
      `--init-file=${initFile}`,
      ...settings,
    ],
    ports: [{ name: "behind", containerPort: behindPort }],
    // A long recovery must not be killed.
    startupProbe: { ...answers, ...commandProbe, periodSeconds: 2, failureThreshold: 300 },
    readinessProbe: { tcpSocket: { port: "behind" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "behind" }, periodSeconds: 20, failureThreshold: 6 },
  };
}

/** Returns a container of the server's pod, with what all of them share. */
function containerOf({ memoryMiB }: MariadbPlan, name: string): types.input.core.v1.Container {
  return {
    name,
    image: images.mariadb.reference,
    resources: resourceRequirements(databaseResources(memoryMiB)),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/mysql" },
      { name: "root", mountPath: "/run/secrets/mariadb", readOnly: true },
      { name: "init", mountPath: "/run/init" },
      { name: "run", mountPath: "/run/mysqld" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** It says that the server is there to who has no password too. */
const answers = {
  exec: {
    command: ["mariadb-admin", "--no-defaults", "--socket=/run/mysqld/mysqld.sock", "--silent", "ping"],
  },
};
