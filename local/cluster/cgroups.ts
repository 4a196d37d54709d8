import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const mountPoint = "/sys/fs/cgroup";
const removalTimeoutMs = 10_000;

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

/**
 * Creates a cluster's control groups and returns the folders of the group for its own services.
 * On cgroup v2 the controllers the kubelet needs are passed down from the root.
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
  for (const folder of [root, join(root, name)]) {
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
