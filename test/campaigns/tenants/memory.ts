import { setTimeout as sleep } from "node:timers/promises";
import type { Town } from "./town.ts";

/** The kubelet's figures of a pod. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1 */
export interface Measured {
  podRef: { name: string; namespace: string };
  containers?: readonly { name: string; memory?: { workingSetBytes?: number; rssBytes?: number } }[];
}

/** Memory of the associations' pods at rest, megabytes (10^6 bytes). */
export interface Memory {
  tenants: number;
  /** Working set of each association's pods: the mean, and the one that takes most. */
  mean: number;
  largest: number;
  /** The part of the mean that is no cache of files. */
  anonymous: number;
  /** Mean of each container, by its name. */
  containers: ReadonlyMap<string, number>;
  /** Memory of the database server that they share. */
  server: number;
}

const megabytes = (bytes: number) => bytes / 1e6;
const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);

/** Sums the kubelet's figures. Pods of timed jobs are not at rest, and are left out: `timed` names them. */
export function memoryOf(pods: readonly Measured[], timed: ReadonlySet<string>, commune: string): Memory {
  const resting = pods.filter(
    ({ podRef }) =>
      podRef.namespace.startsWith(`${commune}-t-`) && !timed.has(`${podRef.namespace}/${podRef.name}`),
  );
  const tenants = [...new Set(resting.map(({ podRef }) => podRef.namespace))];
  const of = (some: readonly Measured[], what: "workingSetBytes" | "rssBytes") =>
    megabytes(
      sum(some.flatMap(({ containers = [] }) => containers.map(({ memory }) => memory?.[what] ?? 0))),
    );
  const each = tenants.map((tenant) =>
    of(
      resting.filter(({ podRef }) => podRef.namespace === tenant),
      "workingSetBytes",
    ),
  );
  const containers = new Map<string, number>();
  for (const { podRef, containers: some = [] } of resting)
    for (const { name, memory } of some) {
      const application = podRef.name.includes("-wordpress-") ? "wordpress" : "dokuwiki";
      const key = name === "front" ? `front of ${application}` : name;
      containers.set(
        key,
        (containers.get(key) ?? 0) + megabytes(memory?.workingSetBytes ?? 0) / tenants.length,
      );
    }
  return {
    ...{ tenants: tenants.length, containers },
    mean: sum(each) / tenants.length,
    largest: Math.max(...each),
    anonymous: of(resting, "rssBytes") / tenants.length,
    server: of(
      pods.filter(({ podRef }) => podRef.namespace === `${commune}-mariadb`),
      "workingSetBytes",
    ),
  };
}

/** Waits for a minute in which nobody visits, and reads what the kubelet says then. */
export async function memoryAtRest(town: Town): Promise<Memory> {
  await sleep(60_000);
  const node = await town.kubectl("get", "nodes", "--output=jsonpath={.items[0].metadata.name}");
  const summary = await town.kubectl("get", "--raw", `/api/v1/nodes/${node.trim()}/proxy/stats/summary`);
  const { items } = JSON.parse(
    await town.kubectl(
      "get",
      "pods",
      "--all-namespaces",
      "--selector=batch.kubernetes.io/job-name",
      "-o=json",
    ),
  ) as { items: { metadata: { namespace: string; name: string } }[] };
  const timed = new Set(items.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`));
  return memoryOf((JSON.parse(summary) as { pods: Measured[] }).pods, timed, town.commune);
}
