import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { layoutOf } from "../../local/cluster/layout.ts";

/** State of the host that a cluster must leave as it was. */
export interface Host {
  links: string[];
  iptables: string;
  nftables: string;
  mounts: string[];
  cgroups: string[];
  kernelSettings: Record<string, string>;
  folders: string[];
}

// Where programs of a cluster would write if they were not kept in its namespaces.
const folders = [
  "/etc/cni/net.d",
  "/etc/kubernetes",
  "/opt/containerd",
  "/opt/nri",
  "/run/containerd",
  "/run/netns",
  "/run/xtables.lock",
  "/usr/libexec/kubernetes",
  "/var/lib/cni",
  "/var/lib/containerd",
  "/var/lib/kubelet",
  "/var/log/containers",
  "/var/log/pods",
];

const settings = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "net/ipv4/ip_forward",
];

/**
 * Looks at the host. Of control groups and of mounts below the temporary folder, only those of the named clusters
 * and their state folder count: other programs' come and go.
 */
export async function lookAtHost(clusters: readonly string[], state: string): Promise<Host> {
  const output = async (program: string, ...args: string[]) =>
    (await execa(program, args)).stdout.replaceAll(/^#.*$|\[\d+:\d+\]/gm, "").trim();
  return {
    links: (await output("ip", "-o", "link")).split("\n").map((line) => line.split(":")[1]?.trim() ?? ""),
    iptables: await output("iptables-save"),
    nftables: await output("nft", "list", "ruleset"),
    mounts: readFileSync("/proc/self/mounts", "utf8")
      .trim()
      .split("\n")
      .filter((line) => line.includes(state) || !line.includes(tmpdir())),
    cgroups: clusters.flatMap((name) => cgroupsOf(layoutOf(name, state).cgroup)),
    kernelSettings: Object.fromEntries(
      settings.map((name) => [name, readFileSync(join("/proc/sys", name), "utf8").trim()]),
    ),
    folders: folders.filter((folder) => existsSync(folder)),
  };
}

function cgroupsOf(group: string): string[] {
  const root = "/sys/fs/cgroup";
  const candidates = [root, ...readdirSync(root).map((name) => join(root, name))];
  return candidates.map((folder) => join(folder, group)).filter((folder) => existsSync(folder));
}

/** The processes whose command line names a text, and those in the PID namespace of one of them or below it. */
export function processesOf(text: string): number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const named = all.filter((pid) => pid !== process.pid && read(`/proc/${pid}/cmdline`).includes(text));
  const roots = new Set(named.flatMap((pid) => childrenNamespace(pid)));
  return all.filter((pid) => named.includes(pid) || roots.has(link(`/proc/${pid}/ns/net`)));
}

/** The network namespace of a process when it is not the host's. */
function childrenNamespace(pid: number): string[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  const host = link("/proc/self/ns/net");
  return children
    .map((child) => link(`/proc/${child}/ns/net`))
    .filter((namespace) => namespace && namespace !== host);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
