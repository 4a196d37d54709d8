import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterSeconds } from "../../cluster/pod-times.ts";
import { processorOfChildren } from "../../cluster/timing.ts";

/** Processor time so far, seconds, by who took it. */
export type ProcessorTimes = ReadonlyMap<string, number>;

const ticks = 100;

/** Reads the times of the engine with its plugins and programs, which have ended; of pods; of each program of the cluster. */
export function processorTimes(cgroup: string): ProcessorTimes {
  const times = new Map([
    ["the engine, its plugins and the program", processorOfChildren()],
    ["pods", clusterSeconds(`${cgroup}/kubepods`)],
  ]);
  for (const id of processesOf(`${cgroup}/services`)) {
    const stat = statOf(id);
    if (stat !== undefined) times.set(stat.name, (times.get(stat.name) ?? 0) + stat.seconds);
  }
  return times;
}

/** Seconds that each took between two looks, the most first. */
export function between(before: ProcessorTimes, after: ProcessorTimes): [who: string, seconds: number][] {
  return [...after]
    .map(([who, seconds]): [string, number] => [who, seconds - (before.get(who) ?? 0)])
    .sort(([, one], [, other]) => other - one);
}

function processesOf(group: string): string[] {
  const version1 = join("/sys/fs/cgroup/cpuacct", group, "cgroup.procs");
  const path = existsSync(version1) ? version1 : join("/sys/fs/cgroup", group, "cgroup.procs");
  return readFileSync(path, "utf8").split("\n").filter(Boolean);
}

/** Name of a process, and its processor time with that of its children that ended. Source: proc_pid_stat(5). */
function statOf(id: string): { name: string; seconds: number } | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "utf8");
    const [, name = ""] = /\((.*)\)/.exec(text) ?? [];
    const fields = text.replace(/^.*\) /, "").split(" ");
    const used = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
    return { name, seconds: used / ticks };
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}
