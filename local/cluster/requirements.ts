import { existsSync, readFileSync } from "node:fs";
import { arch, platform, totalmem } from "node:os";
import { execa } from "execa";
import { missingPackages } from "../packages.ts";
import { missingPrograms } from "../toolchain/index.ts";
import { type Disk, disksFor } from "./disks.ts";
import type { Layout } from "./layout.ts";
import { busyPorts, type Ports } from "./ports.ts";
import { runningProcesses } from "./supervisor.ts";

// sun_path of unix(7) holds 108 bytes; the longest socket below a state folder is the supervisor's.
const longestSocket = "/services/kube-controller-manager/supervise/control".length;
const socketLimit = 108;

const gibibyte = 1024 ** 3;
// The cluster takes 1 GiB at rest and the commune of the demo 1.1; a machine sold as 4 GB has a little less.
const memoryNeeded = 3.6 * gibibyte;
/** CAP_SYS_ADMIN of capabilities(7): what mounts and namespaces need, and root in most containers lacks. */
const administer = 1n << 21n;

/** Facts about a machine that decide whether it can run a cluster. Sizes in bytes. */
export interface Machine {
  platform: string;
  architecture: string;
  uid: number;
  /** The capabilities that are in effect, as bits. */
  capabilities: bigint;
  controlGroups: boolean;
  memory: number;
  disks: readonly Disk[];
}

/** Looks at this machine. */
async function thisMachine(layout: Layout): Promise<Machine> {
  return {
    platform: platform(),
    architecture: arch(),
    uid: process.getuid?.() ?? -1,
    capabilities: capabilities(),
    controlGroups: existsSync("/sys/fs/cgroup"),
    memory: totalmem(),
    disks: await disksFor(layout),
  };
}

function capabilities(): bigint {
  if (!existsSync("/proc/self/status")) return 0n;
  const [, bits] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return BigInt(`0x${bits ?? "0"}`);
}

/**
 * Throws when this machine cannot run a cluster, before anything is built: with every reason at once, and what to do
 * about each.
 *
 * @param asked ports that somebody asked for: a taken one is a reason, while others are chosen among the free ones.
 */
export async function checkMachine(layout: Layout, asked: Partial<Ports> = {}): Promise<void> {
  const reasons = [
    ...machineProblems(await thisMachine(layout)),
    ...pathProblems(layout),
    ...(await Promise.all([goProblems(), packageProblems(), kernelProblems(layout)])).flat(),
    ...(runningProcesses(layout) ? [] : await busyPorts(asked)),
  ];
  if (reasons.length === 0) return;
  throw new Error(
    reasons.length === 1
      ? reasons[0]
      : `this machine cannot run the cluster yet, for ${reasons.length} reasons:\n${reasons.map((reason) => `  - ${reason}`).join("\n")}`,
  );
}

/** Returns the requirements that a machine does not meet, a sentence each. Pure. */
export function machineProblems(machine: Machine): string[] {
  const { platform, architecture, uid, memory, disks } = machine;
  if (platform !== "linux") return [`the local cluster needs Linux; this machine runs ${platform}.`];
  return [
    ...(architecture === "x64"
      ? []
      : [
          `the local cluster's images are made for amd64, and this machine is ${architecture}: use another machine, or a cluster that exists (npm run demo -- --context <name>).`,
        ]),
    ...privilegeProblems(uid, machine.capabilities),
    ...(machine.controlGroups
      ? []
      : ["no control groups are mounted at /sys/fs/cgroup, which the kubelet cannot run without."]),
    ...(memory >= memoryNeeded
      ? []
      : [`this machine has ${inGib(memory)} GiB of memory, and the cluster with one commune needs 4.`]),
    ...disks.flatMap(diskProblem),
  ];
}

function privilegeProblems(uid: number, capabilities: bigint): string[] {
  if (uid !== 0)
    return [
      "the local cluster needs root, to create namespaces and control groups: run this command with sudo.",
    ];
  if ((capabilities & administer) !== 0n) return [];
  return [
    "root may not create namespaces here (CAP_SYS_ADMIN is missing), as in most containers: use a virtual machine, or a container with --privileged.",
  ];
}

function diskProblem({ folders, needed, free }: Disk): string[] {
  if (free >= needed) return [];
  return [
    `${inGib(free)} GiB are free for ${folders.join(", ")}, and that takes ${inGib(needed)}: free some, or set COMMUNE_CACHE, GOCACHE, GOMODCACHE or COMMUNE_STATE to a folder on a larger disk.`,
  ];
}

function pathProblems(layout: Layout): string[] {
  if (Buffer.byteLength(layout.root) + longestSocket <= socketLimit) return [];
  return [
    `the state folder's path is too long (${layout.root}): set COMMUNE_STATE to a folder of at most ${socketLimit - longestSocket - layout.name.length - 1} characters.`,
  ];
}

/** Go is needed if a program has to be compiled. */
async function goProblems(): Promise<string[]> {
  return messageOf(missingPrograms());
}

/** Missing packages are installed later; only a machine without dpkg is a problem. */
async function packageProblems(): Promise<string[]> {
  return messageOf(missingPackages());
}

async function messageOf(attempt: Promise<unknown>): Promise<string[]> {
  try {
    await attempt;
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function kernelProblems({ network }: Layout): Promise<string[]> {
  if (network.family === "ipv6" && !existsSync("/proc/sys/net/ipv6"))
    return ["the kernel has no IPv6, which this cluster's addresses are of: boot without ipv6.disable=1."];
  if (existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables")) return [];
  const { failed, code } = await execa("modprobe", ["br_netfilter"], { reject: false });
  // A machine without modprobe gets it with the packages, and is looked at again then.
  return failed && code !== "ENOENT"
    ? ["the kernel has no br_netfilter, which network policies need: load or build that module."]
    : [];
}

function inGib(bytes: number): string {
  return (bytes / gibibyte).toFixed(1).replace(".0", "");
}
