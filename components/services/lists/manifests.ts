import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret, Service } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { commandProbe } from "../../foundation/manifest/probe.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { proxyConfig, proxyContainer, proxyResources } from "../../platform/exposure/sidecar-proxy.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import {
  addressesOf,
  dataFolder,
  largestMessage,
  listConfiguration,
  mailPort,
  robotFiles,
  spools,
  sympaConfiguration,
} from "./configuration.ts";
import { listsVolume } from "./holders.ts";
import { sympaImage } from "./images.ts";
import { listsPage } from "./page.ts";
import type { ListsPlan, RobotPlan } from "./plan.ts";
import { receiverResources, senderResources, sympaResources } from "./sizing.ts";
import { listsService, listsUid, listsWorkload } from "./workloads.ts";

/** Everything that decides what the pods of lists are made of. */
export interface ListsSpec extends Omit<ListsPlan, "dedicatedDatabase" | "formerDatabase"> {
  database: DatabaseConnection;
  /** Nothing is sent without it. */
  mail: Mail | undefined;
  peers: PeerPlaces;
  /** Labels that the secrets are derived from: raising a version restarts the pod. */
  secretLabels: readonly string[];
}

/** Name of the Service that the relay brings mail to. */
const mailService = "lists-mail";

const read = (name: string) => readTemplate(`services/lists/pod/${name}`);

/** The programs of the toolkit's own in the pod, by the name that each has there. */
function podFiles(): Record<string, string> {
  return {
    "prepare.sh": read("prepare.sh"),
    "run.sh": read("run.bash"),
    "receive.pl": read("receive.pl"),
    "relay.pl": read("relay.pl"),
    ...Object.fromEntries(["database.pl", "erase.pl", "people.pl"].map((name) => [name, read(name)])),
    sendmail: read("sendmail.pl"),
  };
}

/** Returns the ConfigMap that all lists share. */
export function listsConfigMap(spec: ListsSpec): ConfigMap {
  const addresses = spec.robots.map(addressesOf);
  const known = {
    messages: addresses.flatMap(({ messages }) => messages),
    bounces: Object.assign({}, ...addresses.map(({ bounces }) => bounces)),
  };
  return configMapOf(listsWorkload(spec), listsService, {
    ...podFiles(),
    "sympa.conf": sympaConfiguration(spec, spec.database),
    "addresses.json": `${JSON.stringify(known, undefined, 1)}\n`,
    "index.html": listsPage(spec),
    "nginx.conf": proxyConfig({
      robots: "noindex",
      bodyLimitGiB: 1,
      clusterRanges: spec.peers.clusterRanges,
      http: "",
      server: "root /srv/pages;\nlocation / { try_files /index.html =404; }",
    }),
    ...(spec.peers.authority === undefined ? {} : { [authorityKey]: spec.peers.authority }),
  });
}

/** Name of the ConfigMap of an association's lists. */
const robotName = ({ tenant }: RobotPlan) => `lists-t-${tenant}`;

/** Files of an association's lists, by the path that each has below what is declared. */
function declaredFiles(spec: ListsSpec, robot: RobotPlan): { key: string; path: string; text: string }[] {
  return [
    ...Object.entries(robotFiles(spec, robot)).map(([path, text]) => ({
      ...{ key: path.replaceAll("/", "."), path: `etc/${robot.domain}/${path}`, text },
    })),
    ...robot.lists.map((list) => ({
      key: `list.${list.name}`,
      path: `lists/${robot.domain}/${list.name}`,
      text: listConfiguration(robot, list, spec),
    })),
  ];
}

/** An association's lists. */
export function robotConfigMap(spec: ListsSpec, robot: RobotPlan): ConfigMap {
  return configMapOf(
    listsWorkload(spec),
    robotName(robot),
    Object.fromEntries(declaredFiles(spec, robot).map(({ key, text }) => [key, text])),
  );
}

/** Passwords: of the database, and of the directory and the relay where there are such. */
export function listsSecret(
  spec: Pick<ListsSpec, "commune">,
  passwords: Readonly<Record<string, Input<string>>>,
): Secret {
  return secretOf(listsWorkload(spec), listsService, passwords);
}

/**
 * Returns the Service to which the commune's relay brings mail for lists. The site makes it reachable from outside the
 * cluster.
 */
export function mailServiceObject(spec: Pick<ListsSpec, "commune">): Service {
  const workload = listsWorkload(spec);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, mailService),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "smtp", port: 25, targetPort: mailPort }],
    },
  };
}

export function listsDeployment(spec: ListsSpec): Deployment {
  const workload = listsWorkload(spec);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, listsService),
    spec: {
      // Two would each give out what waits.
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum([
              listsConfigMap(spec).data,
              ...spec.robots.map((robot) => robotConfigMap(spec, robot).data),
            ]),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podBaseline(listsUid),
          terminationGracePeriodSeconds: 60,
          initContainers: [prepareContainer(spec)],
          containers: [
            sympaContainer(spec),
            receiverContainer(spec),
            ...(spec.mail ? [senderContainer(spec, spec.mail)] : []),
            proxyContainer({
              resources: proxyResources,
              probe: { path: "/", host: spec.host },
              mounts: [
                { name: "config", mountPath: "/srv/pages/index.html", subPath: "index.html", readOnly: true },
              ],
            }),
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: listsVolume } },
            // Sympa starts one of these files as a program.
            { name: "config", configMap: { name: listsService, defaultMode: 0o555 } },
            { name: "declared", projected: { sources: spec.robots.map((robot) => sourceOf(spec, robot)) } },
            { name: "secrets", secret: { secretName: listsService, defaultMode: 0o440 } },
            { name: "etc", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
            { name: "defaults", emptyDir: { sizeLimit: "32Mi" } },
            { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
          ].filter(({ name }) => name !== "declared" || spec.robots.length > 0),
        },
      },
    },
  };
}

function sourceOf(spec: ListsSpec, robot: RobotPlan): types.input.core.v1.VolumeProjection {
  const items = declaredFiles(spec, robot).map(({ key, path }) => ({ key, path }));
  return { configMap: { name: robotName(robot), items } };
}

/** Mounts of every container of Sympa's. */
const common: types.input.core.v1.VolumeMount[] = [
  { name: "data", mountPath: dataFolder },
  { name: "config", mountPath: "/opt/lists", readOnly: true },
  { name: "etc", mountPath: "/etc/sympa" },
  { name: "tmp", mountPath: "/tmp" },
];

function databaseEnvironment({ database, peers }: ListsSpec): types.input.core.v1.EnvVar[] {
  if (database.sslMode !== "verify-full") return [];
  const roots = peers.authority === undefined ? "system" : `/opt/lists/${authorityKey}`;
  return [{ name: "PGSSLROOTCERT", value: roots }];
}

function prepareContainer(spec: ListsSpec): types.input.core.v1.Container {
  return {
    name: "prepare",
    image: sympaImage(spec.version),
    command: ["bash", "-euo", "pipefail", "/opt/lists/prepare.sh"],
    env: [{ name: "SPOOLS", value: spools.join(" ") }, ...databaseEnvironment(spec)],
    resources: resourceRequirements({ cpu: 0.02, requestMiB: 64, limitMiB: 256 }),
    securityContext: containerSecurity,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      ...common,
      ...(spec.robots.length > 0 ? [{ name: "declared", mountPath: "/opt/declared", readOnly: true }] : []),
      { name: "secrets", mountPath: "/run/secrets/lists", readOnly: true },
      { name: "defaults", mountPath: "/opt/defaults" },
    ],
  };
}

function sympaContainer(spec: ListsSpec): types.input.core.v1.Container {
  return {
    name: "sympa",
    image: sympaImage(spec.version),
    command: ["bash", "/opt/lists/run.sh"],
    env: databaseEnvironment(spec),
    startupProbe: { exec: { command: running }, ...commandProbe, periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { exec: { command: running }, ...commandProbe, periodSeconds: 30 },
    resources: resourceRequirements(sympaResources),
    securityContext: containerSecurity,
    volumeMounts: [
      ...common,
      { name: "defaults", mountPath: "/usr/share/sympa/default", readOnly: true },
      { name: "run", mountPath: "/run" },
    ],
  };
}

/** Each of the four has written its number, and is there. */
const running = [
  ...["bash", "-ec"],
  "for program in sympa_msg bulk task_manager bounced; do kill -0 $(cat /run/sympa/$program.pid); done",
];

function receiverContainer(spec: ListsSpec): types.input.core.v1.Container {
  return {
    name: "receiver",
    image: sympaImage(spec.version),
    command: ["perl", "/opt/lists/receive.pl", String(mailPort), "/opt/lists/addresses.json"],
    env: [{ name: "LARGEST_MESSAGE", value: String(largestMessage) }],
    ports: [{ name: "smtp", containerPort: mailPort }],
    readinessProbe: { tcpSocket: { port: "smtp" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "smtp" }, periodSeconds: 30 },
    resources: resourceRequirements(receiverResources),
    securityContext: containerSecurity,
    volumeMounts: common,
  };
}

function senderContainer(spec: ListsSpec, mail: Mail): types.input.core.v1.Container {
  const { authority } = spec.peers;
  return {
    name: "sender",
    image: sympaImage(spec.version),
    command: ["perl", "/opt/lists/relay.pl"],
    env: [
      { name: "RELAY_HOST", value: mail.host },
      { name: "RELAY_PORT", value: String(mail.port) },
      { name: "RELAY_ENCRYPTION", value: mail.encryption },
      { name: "RELAY_HELLO", value: spec.host },
      ...(authority === undefined ? [] : [{ name: "RELAY_AUTHORITY", value: `/opt/lists/${authorityKey}` }]),
      ...(mail.user === undefined
        ? []
        : [
            { name: "RELAY_USER", value: mail.user },
            { name: "RELAY_PASSWORD_FILE", value: "/run/secrets/lists/mail-password" },
          ]),
    ],
    resources: resourceRequirements(senderResources),
    securityContext: containerSecurity,
    volumeMounts: [
      ...common,
      ...(mail.user === undefined
        ? []
        : [
            {
              ...{ name: "secrets", mountPath: "/run/secrets/lists/mail-password" },
              ...{ subPath: "mail-password", readOnly: true },
            },
          ]),
    ],
  };
}
