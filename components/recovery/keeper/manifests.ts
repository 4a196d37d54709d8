import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { postgresqlImage } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, NetworkPolicy, Secret, StatefulSet } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import {
  allowFrom,
  allowFromMonitoring,
  allowTo,
  allowToPeers,
  allowToServer,
  type PeerPlaces,
} from "../../foundation/network-policy/manifests.ts";
import { programChecksum, programConfigMap, programVolume } from "../../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { databasePort, serverUid, serverWorkload } from "../../platform/database/manifests.ts";
import { restoreResources } from "../database-restore/manifests.ts";
import { toolContainers, tools, toolsMount, toolsVolume } from "../database-restore/tools.ts";
import { type KeeperPlan, keeperService, rehearsalGiB, turnSeconds } from "./plan.ts";
import {
  type KeeperSettings,
  keeperPort,
  secretFiles,
  secretsFolder,
  settingsFolder,
  settingsName,
  slotName,
  spoolFiles,
  spoolFolder,
} from "./settings.ts";

const name = "keeper";
const program = `${name}-program`;

/** Enough for `npm run campaign relocate`; no script measures it. */
const resources = {
  receive: { cpu: 0.02, requestMiB: 16, limitMiB: 64 },
  ship: { cpu: 0.05, requestMiB: 128, limitMiB: 512 },
};
const heapMiB = 128;

/** The share of a volume that a file system needs for itself. */
const reserved = 1 / 16;

/** A keeper's plan with everything else that its objects are made of. */
export interface KeeperSpec extends KeeperPlan {
  connection: DatabaseConnection;
  role: string;
  places: PeerPlaces;
  monitoringNamespace: string | undefined;
  /** Names and versions of its secrets. */
  secretLabels: readonly string[];
}

type Named = Pick<KeeperPlan, "commune" | "server">;

/** Name of the spool's volume claim. */
const spoolOf = ({ server }: Pick<Named, "server">) => `${keeperService(server)}-spool`;

/** Labels of a keeper's pod. Everything that the server contains passes through it. */
export function keeperWorkload({ commune, server }: Named): Workload {
  return {
    commune,
    service: keeperService(server),
    component: "copier",
    software: "postgresql",
    data: serverWorkload({ commune, server }).data,
  };
}

/** Returns the namespace and the spool. The spool holds a copy, so it may be deleted with its keeper. */
export function keeperHolders(plan: Omit<KeeperPlan, "rpoSeconds" | "keepDays" | "vaults">): DataHolders {
  const workload = keeperWorkload(plan);
  const { receive, ship } = resources;
  const memoryMiB = receive.limitMiB + ship.limitMiB;
  const rehearsed = rehearsalGiB(plan);
  return {
    component: "commune:index:Keeper",
    namespace: {
      commune: plan.commune,
      service: workload.service,
      data: workload.data,
      quota:
        rehearsed === undefined
          ? { memoryMiB, storageGiB: plan.spoolGiB, pods: 1 }
          : {
              memoryMiB: memoryMiB + restoreResources.limitMiB,
              storageGiB: plan.spoolGiB + rehearsed,
              pods: 2,
            },
    },
    volumes: [
      {
        workload,
        name: spoolOf(plan),
        sizeGiB: plan.spoolGiB,
        storageClass: plan.storageClass,
        field: ["recovery", "vaults"],
      },
    ],
    queue: undefined,
  };
}

/** Returns the settings of the keeper's program. None is secret. */
function keeperSettings({ connection, role, ...plan }: KeeperSpec): KeeperSettings {
  const { commune, server, method, dumpedByPoints, rpoSeconds, vaults, incarnation } = plan;
  return {
    ...{ commune, server, connection, role, method, dumpedByPoints, rpoSeconds, vaults, incarnation },
    turnSeconds: turnSeconds(rpoSeconds),
    ...(plan.points && { points: { buckets: plan.points.buckets, services: plan.points.services } }),
    ...(plan.storageGiB !== undefined && { volumeBytes: plan.storageGiB * 1024 ** 3 }),
    isRehearsed: rehearsalGiB(plan) !== undefined,
    spoolBytes: Math.floor(plan.spoolGiB * 1024 ** 3 * (1 - reserved)),
  };
}

export function keeperConfigMap(spec: KeeperSpec): ConfigMap {
  const { authority } = spec.places;
  return configMapOf(keeperWorkload(spec), name, {
    [settingsName]: `${JSON.stringify(keeperSettings(spec), undefined, 2)}\n`,
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

export function keeperProgram(plan: Named, text: string): ConfigMap {
  return programConfigMap(metadataOf(keeperWorkload(plan), program), text);
}

const partOf = (...keys: readonly string[]): types.input.core.v1.SecretVolumeSource => ({
  secretName: name,
  defaultMode: 0o440,
  items: keys.map((key) => ({ key, path: key })),
});

/** Part of a keeper's Secret that opens the vaults and the repositories, but not the server. */
export const openingSecret = partOf(secretFiles.repository, secretFiles.vaults);

/** Returns the Secret that opens the server, the vaults and the repositories: each value is a file in the pod. */
export function keeperSecret(
  plan: Named,
  values: Readonly<
    Record<Exclude<keyof typeof secretFiles, "descriptor">, Input<string>> & { descriptor?: Input<string> }
  >,
): Secret {
  return secretOf(keeperWorkload(plan), name, {
    [secretFiles.database]: values.database,
    [secretFiles.repository]: values.repository,
    [secretFiles.vaults]: values.vaults,
    ...(values.descriptor !== undefined && { [secretFiles.descriptor]: values.descriptor }),
  });
}

/**
 * Returns the policies of both ends of the connection to our server, and of the connection to the vaults. Only a
 * Prometheus reaches a keeper.
 */
export function keeperNetworkPolicies(spec: KeeperSpec): { own: NetworkPolicy[]; atServer: NetworkPolicy[] } {
  const workload = keeperWorkload(spec);
  const server = serverWorkload(spec);
  const { outsidePort, monitoringNamespace, places } = spec;
  return {
    own: [
      outsidePort === undefined
        ? allowTo([workload], server, databasePort)
        : allowToServer([workload], "database", outsidePort),
      allowToPeers([workload], places),
      ...(monitoringNamespace === undefined
        ? []
        : [allowFromMonitoring(monitoringNamespace, workload, keeperPort)]),
    ],
    atServer: outsidePort === undefined ? [allowFrom([workload], server, databasePort)] : [],
  };
}

/** @param text of the program. */
export function keeperStatefulSet(spec: KeeperSpec, text: string): StatefulSet {
  const workload = keeperWorkload(spec);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload, name),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            ...programChecksum(text),
            "commune.cloud/config": checksum(keeperConfigMap(spec).data),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podBaseline(serverUid),
          // It may be killed at any moment: a half-finished shipment is shipped again.
          terminationGracePeriodSeconds: 10,
          initContainers: toolContainers(spec.places.authority, settingsFolder),
          containers: [...(spec.method === "log" ? [receiveContainer(spec)] : []), shipContainer(spec)],
          volumes: [
            { name: "spool", persistentVolumeClaim: { claimName: spoolOf(spec) } },
            { name: "settings", configMap: { name } },
            { name: "secrets", secret: { secretName: name, defaultMode: 0o440 } },
            // Whoever reads what a server sends has nothing that opens copies.
            ...(spec.method === "log"
              ? [{ name: "server-password", secret: partOf(secretFiles.database) }]
              : []),
            programVolume(program),
            toolsVolume,
            { name: "cache", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
            // Addresses that contain passwords.
            { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
          ],
        },
      },
    },
  };
}

/**
 * Receives the log for ever into the folder that the keeper's program names, and into the next one as soon as the
 * program closes the connection. A full disk leaves a truncated file that is useless and would stop the receiver.
 * SPOOL and PASSWORD_FILE say where the spool and the password are.
 */
export function receiveScript(): string {
  return readTemplate("recovery/keeper/pod/receive.bash", {
    HOLD: spoolFiles.hold,
    RECEIVE: spoolFiles.receive,
    SLOT_NAME: slotName,
  });
}

/**
 * Copies a whole server to standard output, as a tar archive, and writes its list of files to the file that is its first
 * argument: increments are told it. The rest are arguments of `pg_basebackup`.
 */
export function baseScript(): string {
  return readTemplate("recovery/keeper/pod/base.bash");
}

function receiveContainer(spec: KeeperSpec): types.input.core.v1.Container {
  const { host, port, database, sslMode } = spec.connection;
  return {
    name: "receive",
    image: postgresqlImage(spec.major),
    command: ["bash", "-euo", "pipefail", "-c", receiveScript()],
    env: [
      { name: "SPOOL", value: spoolFolder },
      { name: "PASSWORD_FILE", value: `${secretsFolder}/${secretFiles.database}` },
      { name: "PGPASSFILE", value: "/tmp/pgpass" },
      { name: "PGHOST", value: host },
      { name: "PGPORT", value: String(port) },
      { name: "PGDATABASE", value: database },
      { name: "PGUSER", value: spec.role },
      { name: "PGSSLMODE", value: sslMode },
      { name: "PGSSLROOTCERT", value: tools.authorities },
    ],
    resources: resourceRequirements(resources.receive),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "spool", mountPath: spoolFolder },
      { name: "server-password", mountPath: secretsFolder, readOnly: true },
      toolsMount,
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function shipContainer(spec: KeeperSpec): types.input.core.v1.Container {
  return {
    name: "ship",
    image: postgresqlImage(spec.major),
    command: [tools.node, `--max-old-space-size=${heapMiB}`, "/program/main.mjs"],
    env: [
      ...authorityEnvironment(spec.places.authority, settingsFolder).filter(
        ({ name: variable }) => variable === "NODE_EXTRA_CA_CERTS",
      ),
      { name: "KEEPER_BASE", value: baseScript() },
    ],
    ports: [{ name: "metrics", containerPort: keeperPort }],
    resources: resourceRequirements(resources.ship),
    securityContext: containerSecurity,
    startupProbe: { httpGet: { path: "/healthz", port: "metrics" }, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: { path: "/healthz", port: "metrics" }, periodSeconds: 10 },
    livenessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 30, failureThreshold: 4 },
    volumeMounts: [
      { name: "spool", mountPath: spoolFolder },
      { name: "settings", mountPath: settingsFolder, readOnly: true },
      { name: "secrets", mountPath: secretsFolder, readOnly: true },
      { name: "program", mountPath: "/program", readOnly: true },
      toolsMount,
      { name: "cache", mountPath: "/cache" },
      { name: "run", mountPath: "/run/keeper" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
