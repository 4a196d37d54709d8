import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { $ } from "zx";

interface Summary {
  pods: {
    podRef: { name: string; namespace: string };
    cpu?: { time: string; usageCoreNanoSeconds?: number };
  }[];
}

/** CPU time that each pod has used since it started, as the kubelet measures it, and when it looked. */
export type PodTimes = ReadonlyMap<string, { at: number; seconds: number }>;

/** Reads the CPU time of every pod of the cluster's nodes. The kubelet looks every ten seconds or so. */
export async function podTimes(environment: NodeJS.ProcessEnv): Promise<PodTimes> {
  const $$ = $({ env: { ...process.env, ...environment } });
  const nodes = await $$`kubectl get nodes --output=jsonpath={.items[*].metadata.name}`;
  const summaries = await Promise.all(
    nodes.stdout
      .split(" ")
      .map((node) => $$`kubectl get --raw /api/v1/nodes/${node}/proxy/stats/summary`.json<Summary>()),
  );
  return new Map(
    summaries
      .flatMap(({ pods }) => pods)
      .flatMap(({ podRef, cpu }) =>
        cpu?.usageCoreNanoSeconds === undefined
          ? []
          : [
              [
                `${podRef.namespace}/${podRef.name}`,
                { at: Date.parse(cpu.time) / 1000, seconds: cpu.usageCoreNanoSeconds / 1e9 },
              ] as const,
            ],
      ),
  );
}

/** Cores that each pod used between two looks, most first. */
export function coresBetween(before: PodTimes, after: PodTimes): { pod: string; cores: number }[] {
  return [...after]
    .flatMap(([pod, { at, seconds }]) => {
      const start = before.get(pod);
      return start === undefined || at <= start.at
        ? []
        : [{ pod, cores: (seconds - start.seconds) / (at - start.at) }];
    })
    .sort((a, b) => b.cores - a.cores);
}

/** Seconds that the machine's cores were busy, all together, since it started. */
export function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** CPU time that all processes of a local cluster have used, by its control group: v1's account, or v2's. */
export function clusterSeconds(group: string): number {
  const account = join("/sys/fs/cgroup/cpuacct", group, "cpuacct.usage");
  if (existsSync(account)) return Number(readFileSync(account, "utf8")) / 1e9;
  const statistics = readFileSync(join("/sys/fs/cgroup", group, "cpu.stat"), "utf8");
  return Number(/^usage_usec (\d+)$/m.exec(statistics)?.[1]) / 1e6;
}
