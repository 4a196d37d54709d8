import type { types } from "@pulumi/kubernetes";
import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { dataFolder, scriptsFolder, secretsFolder } from "./configuration.ts";
import { nextcloudImage } from "./images.ts";
import { scratchGiB, uploadLimitGiB } from "./sidecar-proxy.ts";
import { type NextcloudSpec, releaseOf } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** `www-data` of the Debian flavour of the official image; nginx runs as the same user to read its files. */
export const uid = 33;

/** Name of the Secret that all pods of the service mount. */
export const secretName = "nextcloud";

/** Pod settings that all pods of the service share. */
export const podSpec = podBaseline(uid);

const volumes: types.input.core.v1.Volume[] = [
  { name: "html", persistentVolumeClaim: { claimName: "nextcloud" } },
  { name: "data", persistentVolumeClaim: { claimName: "nextcloud-data" } },
  { name: "config", configMap: { name: "nextcloud" } },
  { name: "secrets", secret: { secretName, defaultMode: 0o440 } },
  { name: "tmp", emptyDir: { sizeLimit: `${scratchGiB}Gi` } },
];

/** Volumes of a pod where files are in a bucket: nothing on them is kept. */
const passing: types.input.core.v1.Volume[] = [
  // Its code is in the image, 0.6 GiB; apps come beside it.
  { name: "html", emptyDir: { sizeLimit: "4Gi" } },
  { name: "data", emptyDir: {} },
  ...volumes.slice(2),
];

/** Returns the volumes that every container of the Nextcloud image mounts. */
export function volumesOf({ media }: Pick<NextcloudSpec, "media">): types.input.core.v1.Volume[] {
  return media === undefined ? volumes : passing;
}

/** The numbers of servers that are Jobs; those of pods that serve begin at 1. */
const jobServers = { folders: 501, "admin-password": 502, "after-restore": 503 } as const;

/** Returns where a Job runs: with the volumes, which one node mounts; or anywhere, with what it needs put in place first. */
export function placeOf(
  spec: NextcloudSpec,
  job: keyof typeof jobServers,
): Pick<types.input.core.v1.PodSpec, "affinity" | "initContainers"> {
  if (spec.media === undefined) return { affinity: onNodeOf(workloadOf(spec.commune, "web")) };
  return { initContainers: [shipContainer(spec, spec.size.cron, [String(jobServers[job])])] };
}

/**
 * Puts code, configuration and apps in place in a pod whose files are in a bucket.
 *
 * @param words the number of a Job, which changes nothing that others share; a server has none, and installs or upgrades if nobody has.
 */
export function shipContainer(
  spec: NextcloudSpec,
  resources: Resources,
  words: readonly string[] = [],
): types.input.core.v1.Container {
  const pod = { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
  const env = words.length === 0 ? [...installerEnvironment(spec), pod] : databaseEnvironment(spec);
  return {
    ...nextcloudContainer(spec, "ship", resources, env),
    command: ["sh", `${scriptsFolder}/ship.sh`, releaseOf(spec), ...words],
  };
}

/** The hook that the entry point runs in an upgrade; it skips a file that is not executable. */
export const hooksVolume: types.input.core.v1.Volume = {
  name: "hooks",
  configMap: {
    name: "nextcloud",
    items: [{ key: "place-apps.sh", path: "place-apps.sh", mode: 0o755 }],
  },
};

/** Returns a container of the Nextcloud image, with what all of them share. */
export function nextcloudContainer(
  spec: NextcloudSpec,
  name: string,
  resources: Resources,
  env: readonly types.input.core.v1.EnvVar[] = [],
): types.input.core.v1.Container & { volumeMounts: types.input.core.v1.VolumeMount[] } {
  return {
    name,
    image: nextcloudImage(spec.version),
    env: [
      { name: "PHP_MEMORY_LIMIT", value: "512M" },
      { name: "PHP_UPLOAD_LIMIT", value: `${uploadLimitGiB}G` },
      // Fontconfig, below PHP's image functions, has no home to keep its cache in.
      { name: "XDG_CACHE_HOME", value: "/tmp" },
      ...databaseEncryption(spec),
      ...env,
    ],
    resources: resourceRequirements(resources),
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
      ...(spec.peers.authority === undefined
        ? []
        : [
            {
              name: "config",
              mountPath: "/usr/local/etc/php/conf.d/zz-authority.ini",
              subPath: "authority.ini",
              readOnly: true,
            },
          ]),
      { name: "config", mountPath: scriptsFolder, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Read by libpq, below PHP: Nextcloud has no setting for it. */
function databaseEncryption({ database: { sslMode }, peers }: NextcloudSpec): types.input.core.v1.EnvVar[] {
  return [
    { name: "PGSSLMODE", value: sslMode },
    // Without it libpq asks for a file of authorities in a home that is not there.
    ...(sslMode === "verify-full" ? [{ name: "PGSSLROOTCERT", value: "system" }] : []),
    // OpenSSL's, beside the folder of the system's authorities.
    ...(sslMode === "verify-full" && peers.authority !== undefined
      ? [{ name: "SSL_CERT_FILE", value: `${scriptsFolder}/${authorityKey}` }]
      : []),
  ];
}

/** Returns the environment by which the installer, and whatever queries the database itself, reaches it. */
export function databaseEnvironment({ database }: NextcloudSpec): types.input.core.v1.EnvVar[] {
  return [
    { name: "POSTGRES_HOST", value: `${database.host}:${database.port}` },
    { name: "POSTGRES_DB", value: database.database },
    { name: "POSTGRES_USER", value: database.database },
    { name: "POSTGRES_PASSWORD_FILE", value: `${secretsFolder}/database-password` },
  ];
}

/** Installs or upgrades with the image's own entry point, where no probe can kill it half-way; goes on after being cut short. */
export function installContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  const container = nextcloudContainer(spec, "install", spec.size.php, [
    { name: "NEXTCLOUD_UPDATE", value: "1" },
    ...installerEnvironment(spec),
  ]);
  return {
    ...container,
    command: ["sh", `${scriptsFolder}/install.sh`],
    volumeMounts: [
      ...container.volumeMounts,
      { name: "hooks", mountPath: "/docker-entrypoint-hooks.d/pre-upgrade", readOnly: true },
    ],
  };
}

/** Returns the environment of the image's installer. */
function installerEnvironment(spec: NextcloudSpec): types.input.core.v1.EnvVar[] {
  return [
    // Before config.php says so: a volume's root belongs to root. Only "0" is false in the environment.
    { name: "NC_check_data_directory_permissions", value: "0" },
    // Otherwise the installer gives itself another database user when it may, with a password that we do not know.
    { name: "NC_setup_create_db_user", value: "false" },
    { name: "NEXTCLOUD_DATA_DIR", value: dataFolder },
    { name: "NEXTCLOUD_ADMIN_USER", value: "admin" },
    { name: "NEXTCLOUD_ADMIN_PASSWORD_FILE", value: `${secretsFolder}/admin-password` },
    { name: "NEXTCLOUD_TRUSTED_DOMAINS", value: spec.host },
    ...databaseEnvironment(spec),
  ];
}

/** Ends what the installer has left, and sets what only commands can set. */
export function configureContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    ...nextcloudContainer(spec, "configure", spec.size.php, databaseEnvironment(spec)),
    command: ["sh", `${scriptsFolder}/configure.sh`],
  };
}

/** php-fpm, which serves. */
export function phpContainer(spec: NextcloudSpec): ReturnType<typeof nextcloudContainer> {
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

/** Fetches the archives of apps that the volume lacks; done in a moment when it lacks none. */
export function fetchContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  return {
    ...nextcloudContainer(spec, "fetch", { cpu: 0.02, requestMiB: 32, limitMiB: 128 }),
    command: ["sh", `${scriptsFolder}/fetch.sh`],
  };
}
