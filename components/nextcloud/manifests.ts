import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/contract.ts";
import { images, nextcloudImage } from "../image/catalogue.ts";
import { labelsOf, namespaceOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type { ConfigMap, CronJob, Deployment, PersistentVolumeClaim, Secret } from "../manifest/manifest.ts";
import { type Footprint, resourcesOf } from "../manifest/resources.ts";
import { containerSecurity, podSecurity } from "../manifest/security.ts";
import { volumeClaim } from "../volume/manifests.ts";
import { dataFolder, nextcloudConfig, secretsFolder } from "./config.ts";
import { fpmPool } from "./fpm.ts";
import { nginxConfig, uploadLimitGiB } from "./nginx.ts";
import type { PhpValue } from "./php.ts";
import { phpConfig } from "./php.ts";
import { configureScript } from "./scripts.ts";
import type { NextcloudSize } from "./sizing.ts";

/** Port of nginx in the pod. */
export const webPort = 8080;

/** `www-data` of the Debian flavour of the official image; nginx runs as the same user to read its files. */
const uid = 33;

/** Everything that decides what a Nextcloud is made of. */
export interface NextcloudSpec {
  commune: string;
  /** Exact version, for example `33.0.7`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  size: NextcloudSize;
  /** Size of the volume of users' files, GiB. */
  storageGiB: number;
  storageClass: string | undefined;
  /** Space of one user, as Nextcloud writes it: `5 GB` is 5 GiB there. */
  quotaPerUser: string;
  settings: Readonly<Record<string, PhpValue>>;
  /** Its database. */
  database: DatabaseConnection;
  /** Labels that the secrets are derived from: raising a version restarts the pods. */
  secretLabels: readonly string[];
}

/** The secrets of the service, each a file in the pods. */
export interface NextcloudSecrets {
  adminPassword: Input<string>;
  databasePassword: Input<string>;
  cachePassword: Input<string>;
  /** Text of the PHP session settings, which carry the cache's password. */
  sessionIni: Input<string>;
}

/** The pods that answer requests. */
export function webWorkload(commune: string): Workload {
  return {
    commune,
    service: "nextcloud",
    component: "web",
    software: "nextcloud",
    data: "accounts.documents.agenda.contacts",
  };
}

/** The pods that run background jobs. */
export function cronWorkload(commune: string): Workload {
  return { ...webWorkload(commune), component: "cron" };
}

export function nextcloudSecret(spec: NextcloudSpec, secrets: NextcloudSecrets): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata(spec, "nextcloud"),
    type: "Opaque",
    stringData: {
      "admin-password": secrets.adminPassword,
      "database-password": secrets.databasePassword,
      "cache-password": secrets.cachePassword,
      "session.ini": secrets.sessionIni,
    },
  };
}

export function nextcloudConfigMap(spec: NextcloudSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(spec, "nextcloud"),
    data: {
      "zz-commune.config.php": phpConfig(nextcloudConfig(spec)),
      "configure.sh": configureScript,
      "fpm.conf": fpmPool(spec.size.phpWorkers),
      "nginx.conf": nginxConfig(),
    },
  };
}

/** The code and configuration volume, and the volume of users' files. */
export function nextcloudVolumes(spec: NextcloudSpec): [PersistentVolumeClaim, PersistentVolumeClaim] {
  const workload = webWorkload(spec.commune);
  const { storageClass } = spec;
  return [
    volumeClaim({ workload, name: "nextcloud", sizeGiB: spec.size.codeGiB, storageClass }),
    volumeClaim({ workload, name: "nextcloud-data", sizeGiB: spec.storageGiB, storageClass }),
  ];
}

export function nextcloudDeployment(spec: NextcloudSpec): Deployment {
  const workload = webWorkload(spec.commune);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(spec, "nextcloud"),
    spec: {
      replicas: 1,
      // The installer replaces the code under the feet of an old replica that still serves.
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1800,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(nextcloudConfigMap(spec)),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podSpec,
          initContainers: [installContainer(spec), configureContainer(spec)],
          containers: [phpContainer(spec), nginxContainer(spec)],
          volumes,
        },
      },
    },
  };
}

/** Nextcloud's background jobs, every five minutes. Source: cron.php takes jobs for up to 14 minutes. */
export function nextcloudCron(spec: NextcloudSpec): CronJob {
  const workload = cronWorkload(spec.commune);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { ...metadata(spec, "nextcloud-cron"), labels: labelsOf(workload) },
    spec: {
      schedule: "*/5 * * * *",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 240,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          // A network opening can come a moment after the pod; cron.php is safe to start again.
          backoffLimit: 3,
          activeDeadlineSeconds: 3600,
          template: {
            metadata: { labels: labelsOf(workload) },
            spec: {
              ...podSpec,
              restartPolicy: "Never",
              // The volumes can be mounted by one node only: run where Nextcloud runs.
              affinity: {
                podAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    {
                      labelSelector: { matchLabels: selectorOf(webWorkload(spec.commune)) },
                      topologyKey: "kubernetes.io/hostname",
                    },
                  ],
                },
              },
              containers: [
                {
                  ...nextcloudContainer(spec, "cron", spec.size.cron),
                  // The image's entry point is for servers: a job must not install or upgrade anything.
                  command: ["php"],
                  args: ["-f", "/var/www/html/cron.php"],
                },
              ],
              volumes,
            },
          },
        },
      },
    },
  };
}

const podSpec = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: podSecurity(uid),
} satisfies Partial<types.input.core.v1.PodSpec>;

const volumes: types.input.core.v1.Volume[] = [
  { name: "html", persistentVolumeClaim: { claimName: "nextcloud" } },
  { name: "data", persistentVolumeClaim: { claimName: "nextcloud-data" } },
  { name: "config", configMap: { name: "nextcloud" } },
  { name: "secrets", secret: { secretName: "nextcloud", defaultMode: 0o440 } },
  { name: "tmp", emptyDir: {} },
];

function metadata(spec: NextcloudSpec, name: string) {
  const workload = webWorkload(spec.commune);
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}

/** What the containers of the Nextcloud image have in common. */
function nextcloudContainer(
  spec: NextcloudSpec,
  name: string,
  footprint: Footprint,
  env: readonly types.input.core.v1.EnvVar[] = [],
): types.input.core.v1.Container {
  return {
    name,
    image: nextcloudImage(spec.version),
    env: [
      { name: "PHP_MEMORY_LIMIT", value: "512M" },
      { name: "PHP_UPLOAD_LIMIT", value: `${uploadLimitGiB}G` },
      // Read by libpq, below PHP: Nextcloud has no setting for it.
      { name: "PGSSLMODE", value: spec.database.sslMode },
      ...env,
    ],
    resources: resourcesOf(footprint),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "html", mountPath: "/var/www/html" },
      { name: "data", mountPath: dataFolder },
      { name: "secrets", mountPath: secretsFolder, readOnly: true },
      {
        name: "secrets",
        mountPath: "/usr/local/etc/php/conf.d/zz-session.ini",
        subPath: "session.ini",
        readOnly: true,
      },
      {
        name: "config",
        mountPath: "/usr/local/etc/php-fpm.d/zzz-commune.conf",
        subPath: "fpm.conf",
        readOnly: true,
      },
      { name: "config", mountPath: "/etc/nextcloud", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Installs or upgrades with the image's own entry point, where no probe can kill it half-way. */
function installContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    ...nextcloudContainer(spec, "install", spec.size.php, [
      { name: "NEXTCLOUD_UPDATE", value: "1" },
      // Before config.php says so: a volume's root belongs to root. Only "0" is false in the environment.
      { name: "NC_check_data_directory_permissions", value: "0" },
      { name: "NEXTCLOUD_DATA_DIR", value: dataFolder },
      { name: "NEXTCLOUD_ADMIN_USER", value: "admin" },
      { name: "NEXTCLOUD_ADMIN_PASSWORD_FILE", value: `${secretsFolder}/admin-password` },
      { name: "NEXTCLOUD_TRUSTED_DOMAINS", value: spec.host },
      { name: "POSTGRES_HOST", value: `${spec.database.host}:${spec.database.port}` },
      { name: "POSTGRES_DB", value: spec.database.database },
      { name: "POSTGRES_USER", value: spec.database.database },
      { name: "POSTGRES_PASSWORD_FILE", value: `${secretsFolder}/database-password` },
    ]),
    args: ["true"],
  };
}

function configureContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    ...nextcloudContainer(spec, "configure", spec.size.php, [
      { name: "DEFAULT_QUOTA", value: spec.quotaPerUser },
    ]),
    command: ["sh", "/etc/nextcloud/configure.sh"],
  };
}

function phpContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    ...nextcloudContainer(spec, "php", spec.size.php),
    // Port 9000 is bound to loopback: only the pod itself can look at it.
    livenessProbe: {
      exec: { command: ["php", "-r", "exit(@fsockopen('127.0.0.1', 9000) ? 0 : 1);"] },
      periodSeconds: 30,
      timeoutSeconds: 5,
      failureThreshold: 4,
    },
  };
}

function nginxContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    name: "nginx",
    image: images.nginx.reference,
    ports: [{ name: "http", containerPort: webPort }],
    // Nextcloud answers 400 to a Host that it does not trust, on this page too.
    readinessProbe: {
      httpGet: { path: "/status.php", port: "http", httpHeaders: [{ name: "Host", value: spec.host }] },
      periodSeconds: 5,
      timeoutSeconds: 5,
    },
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20, failureThreshold: 3 },
    resources: resourcesOf(spec.size.web),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "html", mountPath: "/var/www/html", readOnly: true },
      { name: "config", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Changes when the configuration changes, so that the pods are restarted with it. */
function checksum({ data }: ConfigMap): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
