import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, Deployment, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { proxyConfig, proxyContainer, proxyResources } from "../../platform/exposure/sidecar-proxy.ts";
import type { Identity } from "../../platform/identity/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import {
  dataFolder,
  organisersFile,
  pretixConfiguration,
  programFolder,
  secretsFolder,
} from "./configuration.ts";
import { ticketsVolume } from "./holders.ts";
import { pretixImage } from "./images.ts";
import type { TicketsPlan } from "./plan.ts";
import { settingsFiles, settingsModule } from "./settings.ts";
import { onceResources, webResources, workerResources } from "./sizing.ts";
import { periodicWorkload, ticketsService, ticketsUid, ticketsWorkload } from "./workloads.ts";

/** Everything that decides what the pods of ticketing are made of. */
export interface TicketsSpec extends Omit<TicketsPlan, "dedicatedDatabase" | "formerDatabase"> {
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  identity: Identity | undefined;
  peers: PeerPlaces;
  /** Label of the password of the commune's own account; undefined if people log in with the commune's login alone. */
  accountLabel: string | undefined;
  /** Labels that the secrets are derived from: raising a version restarts the pod. */
  secretLabels: readonly string[];
}

/** Secrets that only pods of ticketing read. */
export interface TicketsSecrets {
  "secret-key": Input<string>;
  "database-password": Input<string>;
  "cache-password": Input<string>;
  /** Address of the queue of tasks, with its password: pretix takes it as a whole. */
  queue: Input<string>;
  "mail-password"?: Input<string>;
  "identity-client-secret"?: Input<string>;
  "account-password": Input<string>;
}

const webPort = 8345;

/** The settings of pretix that are read from a file each. */
const secretSettings = {
  DJANGO_SECRET: "secret-key",
  DATABASE_PASSWORD: "database-password",
  REDIS_PASSWORD: "cache-password",
  CELERY_BROKER: "queue",
  CELERY_BACKEND: "queue",
} as const;

/** Programs of ours in the pods, by the name that each has there. */
export function podFiles(): Record<string, string> {
  const names = ["commune_login.py", "commune_pretix.py", "erase.py", "export.py", "prepare.py"];
  return Object.fromEntries(names.map((name) => [name, readTemplate(`services/tickets/pod/${name}`)]));
}

export function ticketsConfigMap(spec: TicketsSpec): ConfigMap {
  const { authority } = spec.peers;
  return configMapOf(ticketsWorkload(spec), ticketsService, {
    ...podFiles(),
    ...settingsFiles(spec.cache),
    "pretix.cfg": pretixConfiguration({
      plan: spec,
      database: spec.database,
      cache: spec.cache,
      mail: spec.mail,
      identity: spec.identity,
      authority: authority === undefined ? undefined : `${programFolder}/${authorityKey}`,
    }),
    "organisers.json": organisersFile(spec),
    "nginx.conf": proxyConfig({
      robots: "index",
      bodyLimitGiB: 1,
      clusterRanges: spec.peers.clusterRanges,
      http: "",
      server: locations(),
    }),
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

/**
 * Returns the locations. Of its files, those below `pub/` alone are for everybody. pretix believes the first address
 * that it is told.
 */
function locations(): string {
  return readTemplate("services/tickets/pod/nginx/server.conf", {
    DATA_FOLDER: dataFolder,
    WEB_PORT: webPort,
  });
}

export function ticketsSecret(spec: Pick<TicketsSpec, "commune">, secrets: TicketsSecrets): Secret {
  return secretOf(ticketsWorkload(spec), ticketsService, { ...secrets });
}

/** Labels and annotations of its pods: they start again when what they read changes. */
function podMetadata(spec: TicketsSpec): types.input.meta.v1.ObjectMeta {
  return {
    labels: labelsOf(ticketsWorkload(spec)),
    annotations: {
      "commune.cloud/config": checksum(ticketsConfigMap(spec).data),
      "commune.cloud/secrets": spec.secretLabels.join(","),
    },
  };
}

export function ticketsDeployment(spec: TicketsSpec): Deployment {
  const workload = ticketsWorkload(spec);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, ticketsService),
    spec: {
      // A start migrates: the former version may not run meanwhile.
      replicas: 1,
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1800,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: podMetadata(spec),
        spec: {
          ...podBaseline(ticketsUid),
          terminationGracePeriodSeconds: 60,
          initContainers: [staticContainer(spec), prepareContainer(spec)],
          containers: [
            webContainer(spec),
            workerContainer(spec),
            proxyContainer({
              resources: proxyResources,
              probe: { path: "/healthcheck/", host: spec.host },
              mounts: [
                { name: "static", mountPath: "/srv/static", readOnly: true },
                { name: "data", mountPath: dataFolder, readOnly: true },
              ],
            }),
          ],
          volumes: [...volumes, { name: "static", emptyDir: { sizeLimit: "256Mi" } }],
        },
      },
    },
  };
}

/** Returns the CronJob of what is due: reminders, reports, mail to retry, deletions. The manual asks for a run each half hour. */
export function ticketsCron(spec: TicketsSpec): CronJob {
  const workload = periodicWorkload(spec);
  const labels = labelsOf(workload);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, "tickets-cron"),
    spec: {
      schedule: "*/15 * * * *",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 240,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: 3600,
          template: {
            metadata: { labels },
            spec: {
              ...podBaseline(ticketsUid),
              restartPolicy: "Never",
              // The volume can be mounted by one node only: run where ticketing runs.
              affinity: onNodeOf(ticketsWorkload(spec)),
              containers: [
                pretixContainer(spec, "cron", ["python3", "-m", "pretix", "runperiodic"], onceResources),
              ],
              volumes,
            },
          },
        },
      },
    },
  };
}

const volumes: types.input.core.v1.Volume[] = [
  { name: "data", persistentVolumeClaim: { claimName: ticketsVolume } },
  { name: "config", configMap: { name: ticketsService } },
  { name: "secrets", secret: { secretName: ticketsService, defaultMode: 0o440 } },
  { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
];

function pretixContainer(
  spec: TicketsSpec,
  name: string,
  command: string[],
  resources: Resources,
): types.input.core.v1.Container {
  return {
    name,
    image: pretixImage(spec.version),
    // In the place of the image's own entry point, which migrates at each start and wants more rights.
    command,
    workingDir: "/pretix/src",
    env: environment(spec),
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "data", mountPath: dataFolder },
      { name: "config", mountPath: programFolder, readOnly: true },
      { name: "secrets", mountPath: secretsFolder, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function environment({
  mail,
  identity,
  accountLabel,
  peers,
  cache,
}: TicketsSpec): types.input.core.v1.EnvVar[] {
  const file = (key: string) => `${secretsFolder}/${key}`;
  return [
    { name: "PRETIX_CONFIG_FILE", value: `${programFolder}/pretix.cfg` },
    { name: "DJANGO_SETTINGS_MODULE", value: settingsModule(cache) },
    { name: "PYTHONPATH", value: `/pretix/src:${programFolder}` },
    { name: "PYTHONDONTWRITEBYTECODE", value: "1" },
    { name: "HOME", value: "/tmp" },
    ...Object.entries(secretSettings).map(([setting, key]) => ({
      name: `FILE__PRETIX_${setting}`,
      value: file(key),
    })),
    ...(mail?.user === undefined
      ? []
      : [{ name: "FILE__PRETIX_MAIL_PASSWORD", value: file("mail-password") }]),
    ...(identity === undefined
      ? []
      : [{ name: "IDENTITY_SECRET_FILE", value: file("identity-client-secret") }]),
    ...(accountLabel === undefined
      ? []
      : [
          { name: "ACCOUNT_LABEL", value: accountLabel },
          { name: "ACCOUNT_PASSWORD_FILE", value: file("account-password") },
        ]),
    ...authorityEnvironment(peers.authority, programFolder),
  ];
}

/** Style sheets and scripts, which the proxy in the same pod gives out. */
function staticContainer(spec: TicketsSpec): types.input.core.v1.Container {
  return {
    ...pretixContainer(spec, "static", ["cp", "-rL", "/static/.", "/srv/static/"], {
      ...{ cpu: 0.02, requestMiB: 16, limitMiB: 128 },
    }),
    env: [],
    volumeMounts: [{ name: "static", mountPath: "/srv/static" }],
  };
}

function prepareContainer(spec: TicketsSpec): types.input.core.v1.Container {
  return pretixContainer(spec, "prepare", ["python3", `${programFolder}/prepare.py`], onceResources);
}

function webContainer(spec: TicketsSpec): types.input.core.v1.Container {
  const command = [
    ...["gunicorn", "pretix.wsgi", `--bind=127.0.0.1:${webPort}`, "--workers=2", "--preload"],
    // What a process has grown by is given back.
    ...["--max-requests=1200", "--max-requests-jitter=50", "--timeout=120", "--worker-tmp-dir=/tmp"],
    ...["--no-control-socket", "--log-level=warning"],
  ];
  const answering = {
    exec: {
      command: ["python3", "-c", `import socket; socket.create_connection(("127.0.0.1", ${webPort}), 5)`],
    },
  };
  return {
    ...pretixContainer(spec, "pretix", command, webResources),
    startupProbe: { ...answering, periodSeconds: 3, timeoutSeconds: 10, failureThreshold: 100 },
    livenessProbe: { ...answering, periodSeconds: 60, timeoutSeconds: 10 },
  };
}

/** Mail and orders: without it a message that the relay cannot take now would be tried at once, and dropped. */
function workerContainer(spec: TicketsSpec): types.input.core.v1.Container {
  const command = [
    ...["celery", "--app=pretix.celery_app", "worker", "--pool=solo", "--loglevel=warning"],
    ...["--without-gossip", "--without-mingle"],
  ];
  return pretixContainer(spec, "worker", command, workerResources);
}
