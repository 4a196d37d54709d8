import type { types } from "@pulumi/kubernetes";
import type { ComponentResourceOptions, ResourceTransformation } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { isObject, type Json, withPods } from "../../foundation/manifest/pod-template.ts";
import { serviceFile, serviceFolder, serviceVariables } from "./service-file.ts";

/** Pods that stay connected to a database server through libpq, and go on when it is lost. */
export interface ConnectedPods {
  /** Workload whose labels their file has; those of all components are of its service. */
  workload: Workload;
  /** Components of the pods. */
  components: readonly string[];
  /** Whether they reach the server through a pooler, which chooses it. */
  isPooled: boolean;
}

/** Kinds of objects whose pods are changed. Another template of a Job would run it again, and it ends. */
const kinds = ["Deployment", "StatefulSet", "CronJob"];

const volume = "lost-server";
const configName = ({ workload }: ConnectedPods) => `${workload.service}-lost-server`;

/** Returns the file by which these pods give up connections to a lost server. */
export function lostServerConfigMap(pods: ConnectedPods): ConfigMap {
  return configMapOf(pods.workload, configName(pods), serviceFile(pods));
}

/** Returns options of a component whose pods give up connections to a lost server; the same ones if none do. */
export function givingUpLostServers(
  options: ComponentResourceOptions,
  pods: ConnectedPods | undefined,
): ComponentResourceOptions {
  if (pods === undefined) return options;
  return { ...options, transformations: [giveUpLostServers(pods), ...(options.transformations ?? [])] };
}

function giveUpLostServers(pods: ConnectedPods): ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:") ? { props: givingUp(props, pods), opts } : undefined;
}

/** Returns an object with its pods connected so that they give up a lost server; itself if it has none of them. */
export function givingUp(object: Json, pods: ConnectedPods): Json {
  if (!kinds.includes(String(object.kind)) || !isConnected(object, pods)) return object;
  const mount = { name: volume, mountPath: serviceFolder, readOnly: true };
  const added = (container: Container): Container =>
    // nginx asks no server.
    container.image === images.nginx.reference
      ? container
      : {
          ...container,
          env: [...serviceVariables, ...listIn<types.input.core.v1.EnvVar>(container.env)],
          volumeMounts: [...listIn<types.input.core.v1.VolumeMount>(container.volumeMounts), mount],
        };
  // libpq reads the file for each connection, and the kubelet renews it: another one restarts no pod.
  return withPods(object, (pod) => ({
    ...pod,
    ...(pod.initContainers !== undefined && {
      initContainers: listIn<Container>(pod.initContainers).map(added),
    }),
    containers: listIn<Container>(pod.containers).map(added),
    volumes: [...listIn(pod.volumes), { name: volume, configMap: { name: configName(pods) } }],
  }));
}

type Container = types.input.core.v1.Container;

function isConnected({ metadata }: Json, { workload, components }: ConnectedPods): boolean {
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  return (
    labels["commune.cloud/service"] === workload.service &&
    components.includes(String(labels["app.kubernetes.io/component"]))
  );
}

function listIn<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? value : [];
}
