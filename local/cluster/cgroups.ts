import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const mountPoint = "/sys/fs/cgroup";
const removalTimeoutMs = 10_000;
const freezeTimeoutMs = 10_000;
/** Microseconds in which a quota of processors counts. */
const period = 100_000;

/** Whether the machine has only cgroup v2. */
const isVersion2 = (root: string): boolean => existsSync(join(root, "cgroup.controllers"));

/** The roots below which a cluster has its group: the one of cgroup v2, or each mounted controller of v1. */
function hierarchies(root: string): string[] {
  if (isVersion2(root)) return [root];
  if (!existsSync(root))
    throw new Error(`no control groups at ${root}: mount them, the kubelet cannot run without.`);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .filter((folder) => existsSync(join(folder, "cgroup.procs")));
}

/** The folder of a group where a controller of v1 has its files, or that of v2, where all have. */
const folderOf = (root: string, controller: string, name: string): string =>
  isVersion2(root) ? join(root, name) : join(root, controller, name);

/**
 * Creates the control groups of a cluster, or of a node below it, and returns the folders of the group for its own
 * services. On cgroup v2 the controllers the kubelet needs are passed down from the root.
 */
export function createCgroups(name: string, root = mountPoint): string[] {
  if (isVersion2(root)) passControllersDown(root, name);
  return hierarchies(root).flatMap((hierarchy) => {
    const folder = join(hierarchy, name, "services");
    mkdirSync(folder, { recursive: true });
    // A fresh cpuset of v1 has no CPUs, so that nothing may join; the kubelet fills in its own.
    return existsSync(join(folder, "cpuset.cpus")) && !isVersion2(root) ? [] : [folder];
  });
}

function passControllersDown(root: string, name: string): void {
  mkdirSync(join(root, name), { recursive: true });
  const parts = name.split("/");
  const folders = [root, ...parts.map((_, index) => join(root, ...parts.slice(0, index + 1)))];
  for (const folder of folders) {
    const available = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ");
    const passed = readFileSync(join(folder, "cgroup.subtree_control"), "utf8").trim().split(" ");
    for (const controller of ["cpu", "cpuset", "memory", "pids", "io", "hugetlb"]) {
      if (!available.includes(controller) || passed.includes(controller)) continue;
      try {
        writeFileSync(join(folder, "cgroup.subtree_control"), `+${controller}`);
      } catch (cause) {
        throw new Error(
          `cannot pass the ${controller} controller down from ${folder}: run where the root control group holds no processes.`,
          { cause },
        );
      }
    }
  }
}

/** The most that the processes of a group may use together: bytes of memory, and processors if they are limited. */
export interface Limits {
  memory: number;
  processors?: number | undefined;
}

/**
 * Limits a group that exists. On v1 a container whose own limit of processors is larger than its node's does not
 * start: the kernel refuses a quota above that of the group around.
 */
export function limitCgroup(name: string, { memory, processors }: Limits, root = mountPoint): void {
  const write = (controller: string, file: string, value: string | number) =>
    writeFileSync(join(folderOf(root, controller, name), file), String(value));
  const quota = processors === undefined ? undefined : Math.round(processors * period);
  if (isVersion2(root)) {
    write("memory", "memory.max", memory);
    if (quota !== undefined) write("cpu", "cpu.max", `${quota} ${period}`);
    return;
  }
  write("memory", "memory.limit_in_bytes", memory);
  if (quota === undefined) return;
  write("cpu", "cpu.cfs_period_us", period);
  write("cpu", "cpu.cfs_quota_us", quota);
}

/** Stops every process of a group where it is. Throws when that takes 10 s. */
export async function freeze(name: string, root = mountPoint): Promise<void> {
  setFrozen(name, true, root);
  const deadline = Date.now() + freezeTimeoutMs;
  while (!isFrozen(name, root)) {
    if (Date.now() > deadline) throw new Error(`control group ${name} does not freeze.`);
    await sleep(20);
  }
}

/** Lets the processes of a group go on. Does nothing to one that is not there. */
export function thaw(name: string, root = mountPoint): void {
  if (existsSync(folderOf(root, "freezer", name))) setFrozen(name, false, root);
}

function setFrozen(name: string, frozen: boolean, root: string): void {
  const folder = folderOf(root, "freezer", name);
  if (isVersion2(root)) writeFileSync(join(folder, "cgroup.freeze"), frozen ? "1" : "0");
  else writeFileSync(join(folder, "freezer.state"), frozen ? "FROZEN" : "THAWED");
}

/** Whether every process of a group is stopped. */
export function isFrozen(name: string, root = mountPoint): boolean {
  const folder = folderOf(root, "freezer", name);
  if (!existsSync(folder)) return false;
  if (isVersion2(root)) return /^frozen 1$/m.test(readFileSync(join(folder, "cgroup.events"), "utf8"));
  return readFileSync(join(folder, "freezer.state"), "utf8").trim() === "FROZEN";
}

/** Numbers of the processes in a group and below it; none if it is not there. */
export function groupProcesses(name: string, root = mountPoint): number[] {
  return processesBelow(folderOf(root, "pids", name));
}

function processesBelow(folder: string): number[] {
  try {
    const own = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own, ...below.flatMap((entry) => processesBelow(join(folder, entry.name)))];
  } catch {
    return [];
  }
}

/** Removes a cluster's control groups once their processes are gone. Throws when one stays in use for 10 s. */
export async function removeCgroups(name: string, root = mountPoint): Promise<void> {
  const deadline = Date.now() + removalTimeoutMs;
  for (const hierarchy of hierarchies(root)) {
    const folder = join(hierarchy, name);
    while (existsSync(folder)) {
      try {
        removeTree(folder);
      } catch (cause) {
        if (Date.now() > deadline) throw new Error(`control group ${folder} is still in use.`, { cause });
        await sleep(100);
      }
    }
  }
}

/** Groups are removed from the leaves up; their files go with them. */
function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}
