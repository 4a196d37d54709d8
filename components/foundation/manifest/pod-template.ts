import type { types } from "@pulumi/kubernetes";
import type { ResourceTransformation } from "@pulumi/pulumi";
import { checksum } from "./checksum.ts";

/** An object of Kubernetes, of whatever kind. */
export type Json = { [key: string]: unknown };

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Path of the pod's spec in each kind of object that starts pods. */
const podPaths: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Pod: ["spec"],
  Deployment: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** Returns the spec of the pods that an object starts; undefined if it starts none. */
export function podSpecOf(object: Json): Json | undefined {
  const path = podPaths[String(object.kind)];
  if (path === undefined) return undefined;
  const found = path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), object);
  return isObject(found) ? found : undefined;
}

/** The object with its pods changed; itself where it starts no pods. */
export function withPods<Kind extends Json>(object: Kind, change: (pod: Json) => Json): Kind {
  if (object.kind === "Cluster" && isObject(object.spec)) return withInstances(object, object.spec, change);
  const path = podPaths[String(object.kind)];
  return path === undefined ? object : at(object, path, change);
}

/**
 * A cluster of PostgreSQL servers with its instances changed: its operator makes their pods, from fields of other names.
 * What is changed otherwise does not reach them.
 */
function withInstances<Kind extends Json>(cluster: Kind, spec: Json, change: (pod: Json) => Json): Kind {
  const { imageName, imagePullSecrets, priorityClassName, affinity, ...rest } = spec;
  const { nodeSelector, tolerations, ...apart } = isObject(affinity) ? affinity : {};
  const given = { imagePullSecrets, priorityClassName, nodeSelector, tolerations };
  const pod = change({ ...set(given), containers: [{ name: "postgres", image: imageName }] });
  const [container]: unknown[] = Array.isArray(pod.containers) ? pod.containers : [];
  return {
    ...cluster,
    spec: {
      ...rest,
      imageName: isObject(container) ? container.image : imageName,
      ...set({ imagePullSecrets: pod.imagePullSecrets, priorityClassName: pod.priorityClassName }),
      affinity: { ...apart, ...set({ nodeSelector: pod.nodeSelector, tolerations: pod.tolerations }) },
    },
  };
}

const set = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function at<Kind extends Json>(
  object: Kind,
  [key, next, ...rest]: readonly [string, ...string[]],
  change: (value: Json) => Json,
): Kind {
  const value = object[key];
  if (!isObject(value)) return object;
  return { ...object, [key]: next === undefined ? change(value) : at(value, [next, ...rest], change) };
}

/**
 * The object with its pods changed, as it can be deployed: a Job whose pods change by it has another checksum at the end
 * of its name, since its template cannot change (manifest/job.ts).
 */
export function deployedWithPods(object: Json, change: (pod: Json) => Json): Json {
  const changed = withPods(object, change);
  const { kind, metadata } = changed;
  if (kind !== "Job" || !isObject(metadata) || typeof metadata.name !== "string") return changed;
  if (JSON.stringify(changed) === JSON.stringify(object)) return object;
  const before = metadata.name;
  const name = before.replace(/[0-9a-f]{8}$/, checksum([before, changed.spec], 8));
  const said = Object.entries(isObject(metadata.annotations) ? metadata.annotations : {}).map(
    // They tell how to look at the Job, by its name.
    ([key, value]) => [key, typeof value === "string" ? value.replaceAll(before, name) : value] as const,
  );
  const annotations = said.length > 0 && { annotations: Object.fromEntries(said) };
  return { ...changed, metadata: { ...metadata, name, ...annotations } };
}

/** A pod as manifests have it. */
export type Pod = types.input.core.v1.PodSpec;

const isPod = (value: Json): value is Json & Pod => Array.isArray(value.containers);

/**
 * Changes every pod below the component that it is given to:
 * `new Nextcloud(name, args, { transformations: [transformPods((pod) => ({ ...pod, runtimeClassName: "kata" }))] })`.
 */
export function transformPods(change: (pod: Pod) => Pod): ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:")
      ? { props: deployedWithPods(props, (pod) => (isPod(pod) ? { ...change(pod) } : pod)), opts }
      : undefined;
}
