import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Api } from "./api.ts";
import { type Cluster, clusterSchema, refusals } from "./cluster.ts";
import { instancesOf, madeOf, podOf, secretsOf, surroundingsOf, switchoverOf, volumeOf } from "./objects.ts";

const image = process.env.DOUBLE_IMAGE ?? "";
const api = new Api();

const pod = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({
    phase: z.string().default(""),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});
type Pod = z.output<typeof pod>;

const node = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ unschedulable: z.boolean().default(false) }),
});

const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const isReady = ({ status }: Pod) =>
  status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
const isPrimary = ({ metadata }: Pod) => metadata.labels["cnpg.io/instanceRole"] === "primary";

/** Makes a cluster what it says, one step at a time, and says how it is. */
async function reconcile(cluster: Cluster): Promise<void> {
  const { name, namespace } = cluster.metadata;
  const [refused] = refusals(cluster);
  if (refused !== undefined)
    return say(cluster, { phase: "Cluster cannot execute instance online upgrade", phaseReason: refused });
  for (const secret of secretsOf(cluster, () => randomBytes(18).toString("base64url")))
    await api.create(secret);
  for (const object of surroundingsOf(cluster)) await api.apply(object);
  const selector = `labelSelector=${encodeURIComponent(`cnpg.io/cluster=${name},cnpg.io/podRole=instance`)}`;
  const pods = list(pod).parse(await api.get(`/api/v1/namespaces/${namespace}/pods?${selector}`)).items;
  await makePods(cluster, pods);
  await leaveCordoned(cluster, pods);
  await replaceOne(cluster, pods);
  const ready = pods.filter(isReady);
  const primary = ready.find(isPrimary)?.metadata.name;
  const isHealthy = ready.length === cluster.spec.instances && primary !== undefined;
  await say(cluster, {
    instances: pods.length,
    readyInstances: ready.length,
    instanceNames: instancesOf(cluster),
    image: cluster.spec.imageName,
    writeService: `${name}-rw`,
    readService: `${name}-r`,
    ...(primary !== undefined && { currentPrimary: primary, targetPrimary: primary }),
    phase: isHealthy ? "Cluster in healthy state" : "Waiting for the instances to become active",
    conditions: [
      {
        type: "Ready",
        status: isHealthy ? "True" : "False",
        reason: isHealthy ? "ClusterIsReady" : "ClusterIsNotReady",
        message: isHealthy ? "Cluster is Ready" : "Cluster Is Not Ready",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      },
    ],
  });
}

/** The first server is there before the others are made, as copies of it. */
async function makePods(cluster: Cluster, pods: readonly Pod[]): Promise<void> {
  const hasPrimary = pods.some((each) => isReady(each) && isPrimary(each));
  const wanted = instancesOf(cluster).slice(0, hasPrimary || pods.length > 1 ? undefined : 1);
  for (const instance of wanted) {
    const there = pods.find(({ metadata }) => metadata.name === instance);
    if (there !== undefined && !["Failed", "Succeeded"].includes(there.status.phase)) continue;
    if (there !== undefined) {
      await api.delete(`/api/v1/namespaces/${cluster.metadata.namespace}/pods/${instance}`);
      continue;
    }
    if (!(await hasVolume(cluster, instance))) await api.create(volumeOf(cluster, instance));
    await api.create(podOf(cluster, instance, image));
  }
}

/** Whether a server has its volume: a quota would refuse another one before the API server knows the name. */
async function hasVolume({ metadata: { namespace } }: Cluster, instance: string): Promise<boolean> {
  const { items } = list(pod.pick({ metadata: true })).parse(
    await api.get(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`),
  );
  return items.some(({ metadata }) => metadata.name === instance);
}

/** Replaces a pod that is made of something else, while all are well; the one that takes writes last. */
async function replaceOne(cluster: Cluster, pods: readonly Pod[]): Promise<void> {
  const { instances } = cluster.spec;
  if (pods.length < instances || !pods.every((each) => isReady(each) && !each.metadata.deletionTimestamp))
    return;
  const old = pods.filter(
    ({ metadata }) => metadata.annotations["cnpg.io/double-made-of"] !== madeOf(cluster),
  );
  const [first] = [...old].sort((one, other) => Number(isPrimary(one)) - Number(isPrimary(other)));
  if (first) await api.delete(`/api/v1/namespaces/${cluster.metadata.namespace}/pods/${first.metadata.name}`);
}

/**
 * Has a server elsewhere take the writes where the node of the one that does is cordoned, before a drain takes it away.
 * Source: internal/controller/replicas.go, setPrimaryOnSchedulableNode.
 */
async function leaveCordoned(cluster: Cluster, pods: readonly Pod[]): Promise<void> {
  const { items } = list(node).parse(await api.get("/api/v1/nodes"));
  const cordoned = items.filter(({ spec }) => spec.unschedulable).map(({ metadata }) => metadata.name);
  const isOnOne = ({ spec }: Pod) => cordoned.includes(spec.nodeName ?? "");
  const primary = pods.find((each) => isReady(each) && isPrimary(each) && isOnOne(each));
  const next = pods.find((each) => isReady(each) && !isPrimary(each) && !isOnOne(each));
  if (primary === undefined || next === undefined) return;
  await api.apply(switchoverOf(cluster, primary.metadata.name, next.metadata.name));
}

const told = new Map<string, string>();

async function say({ metadata: { name, namespace, uid } }: Cluster, status: object): Promise<void> {
  const text = JSON.stringify(status);
  if (told.get(uid) === text) return;
  await api.merge(`/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/${name}/status`, { status });
  told.set(uid, text);
  console.log(JSON.stringify({ cluster: `${namespace}/${name}`, ...status }));
}

// The first process of a container ends by itself, or in half a minute.
process.on("SIGTERM", () => process.exit());
while (true) {
  try {
    const { items } = list(z.unknown()).parse(await api.get("/apis/postgresql.cnpg.io/v1/clusters"));
    for (const item of items)
      await reconcile(clusterSchema.parse(item)).catch((error: unknown) => console.error(String(error)));
  } catch (error) {
    console.error(String(error));
  }
  await sleep(1000);
}
