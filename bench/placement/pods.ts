import { setTimeout as sleep } from "node:timers/promises";
import type { Access } from "../../local/cluster/api.ts";
import { Client } from "../../test/doubles/nodes/client.ts";

/** A pod, as far as its place is looked at. */
export interface Pod {
  metadata: { namespace: string; uid: string };
  spec: {
    nodeName?: string;
    topologySpreadConstraints?: { whenUnsatisfiable: string; labelSelector: object }[];
  };
  status: {
    conditions?: { type: string; status: string; message?: string }[];
  };
}

const isTrue = ({ status: { conditions = [] } }: Pod, type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === "True");

/** Follows all pods of a cluster. */
export class Pods {
  private readonly byUid = new Map<string, Pod>();
  private readonly ended = new AbortController();
  private readonly client: Client;
  private readonly following: Promise<void>;

  constructor({ access }: { access: Access }) {
    this.client = new Client(access);
    this.following = this.follow();
  }

  get all(): Pod[] {
    return [...this.byUid.values()];
  }

  get placed(): number {
    return this.all.filter(({ spec }) => spec.nodeName !== undefined).length;
  }

  get ready(): number {
    return this.all.filter((pod) => isTrue(pod, "Ready")).length;
  }

  /** Waits until so many are counted, or until a time is over. Returns the seconds that it took. */
  async until(count: () => number, wanted: number, most: number): Promise<number> {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    while (count() < wanted && seconds() < most) await sleep(100);
    return seconds();
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.following;
    await this.client.close();
  }

  private async follow(): Promise<void> {
    for await (const pod of this.client.watch<Pod>("/api/v1/pods", this.ended.signal))
      this.byUid.set(pod.metadata.uid, pod);
  }
}

/** Numbers of pods on the nodes that have one. */
export function podsOfNodes(pods: readonly Pod[]): number[] {
  const counts = new Map<string, number>();
  for (const { spec } of pods)
    if (spec.nodeName !== undefined) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  return [...counts.values()];
}

/** Returns why pods were not placed, each reason with the number of its pods. */
export function reasons(pods: readonly Pod[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { spec, status } of pods) {
    if (spec.nodeName !== undefined) continue;
    const told = status.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    const reason = told ?? "the scheduler has said nothing yet";
    found.set(reason, (found.get(reason) ?? 0) + 1);
  }
  return found;
}

/** Workloads whose pods are to be on different nodes, and those of them whose placed pods are. */
export interface Spread {
  workloads: number;
  apart: number;
}

/** Returns the spread of the workloads that prefer it (`ScheduleAnyway`), or of those that require it (`DoNotSchedule`). */
export function spreadOf(pods: readonly Pod[], whenUnsatisfiable: string): Spread {
  const groups = new Map<string, string[]>();
  for (const { metadata, spec } of pods)
    for (const constraint of spec.topologySpreadConstraints ?? []) {
      if (constraint.whenUnsatisfiable !== whenUnsatisfiable || spec.nodeName === undefined) continue;
      const group = JSON.stringify([metadata.namespace, constraint.labelSelector]);
      groups.set(group, [...(groups.get(group) ?? []), spec.nodeName]);
    }
  const all = [...groups.values()];
  return {
    workloads: all.length,
    apart: all.filter((nodes) => new Set(nodes).size === nodes.length).length,
  };
}
