import { setTimeout as sleep } from "node:timers/promises";
import { type Place, text } from "../../../scripts/package/place.ts";

/** What pods of a commune take, MiB: their working set, which counts against limits, and the part of it that is no cache of files. */
export interface Memory {
  /** Of the associations together. */
  working: number;
  anonymous: number;
  /** The one that takes most. */
  largest: number;
  /** Of the database server. */
  server: number;
  associations: number;
}

/** What the kubelet says of a pod. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1 */
interface Measured {
  podRef: { name: string; namespace: string };
  containers?: { memory?: { workingSetBytes?: number; rssBytes?: number } }[];
}

const mebibytes = (bytes: number) => Math.round(bytes / 1024 ** 2);

/** What the kubelet says, once two minutes have passed, or three readings in a row are within a hundredth of each other. */
export async function memoryOf(place: Place, commune: string): Promise<Memory> {
  const end = Date.now() + 120_000;
  const readings: Memory[] = [];
  for (;;) {
    const memory = await measured(place, commune);
    readings.push(memory);
    const last = readings.slice(-3).map(({ working }) => working);
    const isStill = last.length === 3 && Math.max(...last) - Math.min(...last) <= memory.working / 100;
    if (isStill || Date.now() > end) return memory;
    await sleep(12_000);
  }
}

async function measured(place: Place, commune: string): Promise<Memory> {
  const node = text(await place.succeed(["get", "nodes", "--output=jsonpath={.items[0].metadata.name}"]));
  const summary = await place.succeed(["get", "--raw", `/api/v1/nodes/${node.trim()}/proxy/stats/summary`]);
  const { pods } = JSON.parse(text(summary)) as { pods: Measured[] };
  const sum = (all: readonly Measured[], of: "workingSetBytes" | "rssBytes") =>
    all
      .flatMap(({ containers = [] }) => containers)
      .reduce((total, { memory }) => total + (memory?.[of] ?? 0), 0);
  const ofAssociations = pods.filter(({ podRef }) => podRef.namespace.startsWith(`${commune}-t-`));
  const namespaces = [...new Set(ofAssociations.map(({ podRef }) => podRef.namespace))];
  const each = namespaces.map((own) =>
    sum(
      ofAssociations.filter(({ podRef }) => podRef.namespace === own),
      "workingSetBytes",
    ),
  );
  return {
    working: mebibytes(sum(ofAssociations, "workingSetBytes")),
    anonymous: mebibytes(sum(ofAssociations, "rssBytes")),
    largest: mebibytes(Math.max(...each)),
    server: mebibytes(
      sum(
        pods.filter(({ podRef }) => podRef.namespace === `${commune}-mariadb`),
        "workingSetBytes",
      ),
    ),
    associations: each.length,
  };
}
