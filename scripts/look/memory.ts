import type { Kubectl } from "../kubectl.ts";

/** Memory of a commune's pods, MiB. */
export interface Memory {
  /** Memory that the pods request. */
  requestedMiB: number;
  /** Memory that they may take. */
  limitMiB: number;
  /** Memory that they take now, as the kubelet measures it (working set). */
  usedMiB: number;
  pods: number;
}

interface Listed<Item> {
  items: Item[];
}
interface Pod {
  metadata: { name: string; namespace: string };
  spec: {
    nodeName?: string;
    containers: { resources?: { requests?: { memory?: string }; limits?: { memory?: string } } }[];
  };
  status: { phase: string };
}
interface Summary {
  pods: { podRef: { name: string; namespace: string }; memory?: { workingSetBytes?: number } }[];
}

/** Reads the memory of a commune's running pods from the cluster. */
export async function memoryOf(commune: string, kubectl: Pick<Kubectl, "text" | "json">): Promise<Memory> {
  const selector = `--selector=commune.cloud/commune=${commune}`;
  const { items } = (await kubectl.json(["get", "pods", "--all-namespaces", selector])) as Listed<Pod>;
  const running = items.filter(({ status }) => status.phase === "Running");
  const nodes = new Set(running.flatMap(({ spec }) => spec.nodeName ?? []));
  const summaries = await Promise.all(
    [...nodes].map(async (node) => {
      const path = `/api/v1/nodes/${node}/proxy/stats/summary`;
      return JSON.parse(await kubectl.text(["get", "--raw", path])) as Summary;
    }),
  );
  return memoryFrom(running, summaries);
}

/** Adds up what pods ask for, may take and take. */
function memoryFrom(pods: readonly Pod[], summaries: readonly Summary[]): Memory {
  const names = new Set(pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const containers = pods.flatMap(({ spec }) => spec.containers);
  const used = summaries
    .flatMap((summary) => summary.pods)
    .filter(({ podRef }) => names.has(`${podRef.namespace}/${podRef.name}`))
    .reduce((sum, { memory }) => sum + (memory?.workingSetBytes ?? 0), 0);
  const sum = (key: "requests" | "limits") =>
    containers.reduce((total, { resources }) => total + mebibytesOf(resources?.[key]?.memory), 0);
  return {
    requestedMiB: sum("requests"),
    limitMiB: sum("limits"),
    usedMiB: Math.round(used / 2 ** 20),
    pods: pods.length,
  };
}

/** The toolkit writes memory in `Mi` alone; the API server may shorten it to `Gi`. */
function mebibytesOf(quantity: string | undefined): number {
  const [, number = "0", unit = "Mi"] = /^(\d+)(Mi|Gi)$/.exec(quantity ?? "0Mi") ?? [];
  return Number(number) * (unit === "Gi" ? 1024 : 1);
}
