import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Image } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy, ConfigMap, Deployment, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import {
  allowFrom,
  allowTo,
  allowToEndpoint,
  allowToOwnName,
  allowToServer,
  type PeerPlaces,
} from "../../foundation/network-policy/manifests.ts";
import type { Watched } from "../../foundation/part/watched.ts";
import { authorityEnvironment, authorityKey } from "../../foundation/site/authority.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { VolumeSpec } from "../../foundation/volume/manifests.ts";
import { configuration, configurationFolder, passwordFile } from "./configuration.ts";
import { images } from "./images.ts";
import { type MonitoringPlan, monitoringService } from "./plan.ts";
import type { Targets } from "./targets.ts";
import { monitoringWorkload, ports } from "./workloads.ts";

/** User of the images of the Prometheus project. Source: prometheus/prometheus, Dockerfile. */
const uid = 65_534;

/** Memory at rest is in docs/monitoring.md; test/cluster/monitoring.test.ts refuses more than 200 MiB for all three. */
const resources = {
  prometheus: { cpu: 0.03, requestMiB: 96, limitMiB: 256 },
  alertmanager: { cpu: 0.01, requestMiB: 24, limitMiB: 64 },
  prober: { cpu: 0.01, requestMiB: 16, limitMiB: 64 },
} satisfies Record<string, Resources>;

/** Volume of figures, and of Alertmanager's memory: silences, and alerts that were told. */
const volumeGiB = 2;
const figuresLimit = "1GB";

/** Alertmanager forgets in two weeks that it has told something: the weekly letter is remembered in between. */
const memory = "336h";

const dataFolder = "/data";

/** Values that it needs from its commune's surroundings. */
export interface MonitoringSpec extends MonitoringPlan {
  targets: Targets;
  places: PeerPlaces;
  /** Names and versions of its secrets. */
  secretLabels: readonly string[];
}

/** The namespace, and the volume where the commune has a Prometheus of its own. What is on it may go with it. */
export function monitoringHolders(
  plan: Pick<MonitoringPlan, "commune" | "keepHours" | "storageClass">,
): DataHolders {
  const isOwn = plan.keepHours !== undefined;
  const { prometheus, alertmanager, prober } = resources;
  const all = isOwn ? prometheus.limitMiB + alertmanager.limitMiB + prober.limitMiB : prober.limitMiB;
  return {
    component: "commune:index:Monitoring",
    namespace: {
      ...{ commune: plan.commune, service: monitoringService, data: "none" },
      // One that ends counts until it has ended, which on a lost node it never does.
      quota: { memoryMiB: 2 * all, storageGiB: isOwn ? volumeGiB : 0, pods: 2 },
    },
    volumes: isOwn ? [{ ...figuresVolume(plan), field: [monitoringService] }] : [],
    queue: undefined,
  };
}

function figuresVolume(plan: Pick<MonitoringPlan, "commune" | "keepHours" | "storageClass">): VolumeSpec {
  const { storageClass } = plan;
  return { workload: monitoringWorkload(plan), name: monitoringService, sizeGiB: volumeGiB, storageClass };
}

/** Configuration of the programs. None of it is secret. */
export function monitoringConfigMap({ targets, places: { authority }, ...plan }: MonitoringSpec): ConfigMap {
  return configMapOf(monitoringWorkload(plan), monitoringService, {
    ...configuration(plan, targets),
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
}

/** @param relayPassword of the account at the relay. */
export function monitoringSecret(plan: MonitoringPlan, relayPassword: Input<string>): Secret {
  return secretOf(monitoringWorkload(plan), monitoringService, { [nameOf(passwordFile)]: relayPassword });
}

const nameOf = (file: string) => file.replace(/^.*\//, "");
const folderOf = (file: string) => file.replace(/\/[^/]*$/, "");

/** It reaches what it watches, the public names, the stores and the relay; both halves of the way to pods, each in its namespace. */
export function monitoringNetworkPolicies(spec: MonitoringSpec): {
  own: AnyNetworkPolicy[];
  atTargets: AnyNetworkPolicy[];
} {
  const { targets, letters, places } = spec;
  const workload = monitoringWorkload(spec);
  const asked = openings(
    targets.watched.filter(({ by }) => by === "connection" || spec.keepHours !== undefined),
  );
  return {
    own: [
      ...asked.map(({ to, at }) => allowTo([workload], to, ...at)),
      ...(targets.sites.length > 0 ? [allowToOwnName([workload], "sites", places)] : []),
      ...[...storesOf(targets)].map(([port, endpoint]) =>
        allowToEndpoint([workload], `buckets-${port}`, endpoint, places),
      ),
      ...(letters ? [allowToServer([workload], "mail", letters.mail.port)] : []),
    ],
    atTargets: asked.map(({ to, at }) => allowFrom([workload], to, ...at)),
  };
}

/** Returns a store for each port at which one is asked: policies know no names. */
function storesOf({ buckets }: Targets): Map<string, string> {
  return new Map(
    buckets.map(({ endpoint }) => {
      const { port, protocol } = new URL(endpoint);
      return [port || (protocol === "http:" ? "80" : "443"), endpoint];
    }),
  );
}

/** Some pods, and the ports at which they are asked. */
interface Opening {
  to: Workload;
  at: [number, ...number[]];
}

/** Returns the openings to what is watched, one for each workload: a server with metrics is asked at two ports. */
function openings(watched: readonly Watched[]): Opening[] {
  const found = new Map<string, Opening>();
  for (const { workload: to, port } of watched) {
    const name = `${to.service} ${to.component}`;
    const known = found.get(name);
    if (known) known.at.push(port);
    else found.set(name, { to, at: [port] });
  }
  return [...found.values()];
}

/** One pod: what the three programs say to each other stays in it, and they start and end together. */
export function monitoringDeployment(spec: MonitoringSpec): Deployment {
  const workload = monitoringWorkload(spec);
  const { letters, keepHours, secretLabels } = spec;
  const isOwn = keepHours !== undefined;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, workload.component),
    spec: {
      replicas: 1,
      // The volume has one writer.
      strategy: { type: isOwn ? "Recreate" : "RollingUpdate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(monitoringConfigMap(spec).data),
            ...(secretLabels.length > 0 && { "commune.cloud/secrets": secretLabels.join(",") }),
          },
        },
        spec: {
          ...podBaseline(uid),
          containers: [
            ...(isOwn ? [prometheus(keepHours), alertmanager(spec)] : []),
            prober(spec, isOwn ? "127.0.0.1" : ""),
          ],
          volumes: [
            { name: "configuration", configMap: { name: monitoringService } },
            ...(isOwn ? [{ name: "data", persistentVolumeClaim: { claimName: monitoringService } }] : []),
            ...(letters?.mail.user === undefined
              ? []
              : [{ name: "secrets", secret: { secretName: monitoringService, defaultMode: 0o440 } }]),
          ],
        },
      },
    },
  };
}

const configurationMount = { name: "configuration", mountPath: configurationFolder, readOnly: true };

function container(
  image: Image,
  name: string,
  of: Resources,
  rest: Pick<
    types.input.core.v1.Container,
    "args" | "env" | "ports" | "readinessProbe" | "livenessProbe" | "startupProbe"
  > & { mounts?: types.input.core.v1.VolumeMount[] },
): types.input.core.v1.Container {
  const { mounts = [], ...others } = rest;
  return {
    name,
    image: image.reference,
    resources: resourceRequirements(of),
    securityContext: containerSecurity,
    volumeMounts: [configurationMount, ...mounts],
    ...others,
  };
}

const answers = (path: string, port: string) => ({ httpGet: { path, port } });

const dataMount = { name: "data", mountPath: dataFolder };

function prometheus(keepHours: number): types.input.core.v1.Container {
  return container(images.prometheus, "prometheus", resources.prometheus, {
    args: [
      `--config.file=${configurationFolder}/prometheus.yaml`,
      `--storage.tsdb.path=${dataFolder}/prometheus`,
      `--storage.tsdb.retention.time=${keepHours}h`,
      `--storage.tsdb.retention.size=${figuresLimit}`,
      `--web.listen-address=:${ports.prometheus}`,
    ],
    ports: [{ name: "prometheus", containerPort: ports.prometheus }],
    // What was written last is read again after a crash.
    startupProbe: { ...answers("/-/ready", "prometheus"), periodSeconds: 2, failureThreshold: 150 },
    readinessProbe: { ...answers("/-/ready", "prometheus"), periodSeconds: 10 },
    livenessProbe: { ...answers("/-/healthy", "prometheus"), periodSeconds: 30, failureThreshold: 4 },
    mounts: [dataMount],
  });
}

function alertmanager({ letters, places }: MonitoringSpec): types.input.core.v1.Container {
  return container(images.alertmanager, "alertmanager", resources.alertmanager, {
    args: [
      `--config.file=${configurationFolder}/alertmanager.yaml`,
      `--storage.path=${dataFolder}/alertmanager`,
      `--data.retention=${memory}`,
      `--web.listen-address=:${ports.alertmanager}`,
      // There is no other one to agree with.
      "--cluster.listen-address=",
    ],
    env: trusted(places),
    ports: [{ name: "alertmanager", containerPort: ports.alertmanager }],
    readinessProbe: { ...answers("/-/ready", "alertmanager"), periodSeconds: 10 },
    livenessProbe: { ...answers("/-/healthy", "alertmanager"), periodSeconds: 30, failureThreshold: 4 },
    mounts: [
      dataMount,
      ...(letters?.mail.user === undefined
        ? []
        : [{ name: "secrets", mountPath: folderOf(passwordFile), readOnly: true }]),
    ],
  });
}

/** @param address on which it listens: whoever reaches it can have it ask anybody that it reaches itself. */
function prober({ places }: MonitoringSpec, address: string): types.input.core.v1.Container {
  const isPublic = address === "";
  return container(images.prober, "prober", resources.prober, {
    args: [
      `--config.file=${configurationFolder}/prober.yaml`,
      `--web.listen-address=${address}:${ports.prober}`,
    ],
    env: trusted(places),
    ...(isPublic && {
      ports: [{ name: "prober", containerPort: ports.prober }],
      readinessProbe: { ...answers("/-/healthy", "prober"), periodSeconds: 10 },
    }),
  });
}

/** Go reads the authority beside the folder of the system's. */
function trusted({ authority }: PeerPlaces): types.input.core.v1.EnvVar[] {
  return authorityEnvironment(authority, configurationFolder).filter(({ name }) => name === "SSL_CERT_FILE");
}
