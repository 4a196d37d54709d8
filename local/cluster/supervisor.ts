import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Toolchain } from "../toolchain/index.ts";
import { createCgroups, removeCgroups } from "./cgroups.ts";
import { writeJson, writeWhole } from "./files.ts";
import { inside, type Layout, programsInside } from "./layout.ts";
import { type IpFamily, rangeOf } from "./network.ts";
import {
  helperPrograms,
  logScript,
  pathInside,
  runScript,
  type ServiceName,
  serviceCommands,
} from "./services.ts";

/** The two processes of a running cluster that the host sees: the one outside and the first one inside. */
export interface Processes {
  namespace: number;
  init: number;
  /** Start of the processes, in milliseconds of the epoch. */
  started: number;
}

/** Services inside a cluster's namespaces, and their access from outside. */
export interface Inside {
  services: readonly ServiceName[];
  /** Addresses with ports of the host, and what inside answers there. */
  forwards: Readonly<Record<string, string>>;
}

/** Settings of the kernel of a node that forwards packets. */
const forwarding: Record<IpFamily, string[]> = {
  ipv4: ["net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1"],
  ipv6: ["net.ipv6.conf.all.forwarding=1", "net.bridge.bridge-nf-call-ip6tables=1"],
};

const startTimeoutMs = 10_000;
const stopTimeoutMs = 40_000;
const podStopTimeoutMs = 10_000;

// What the kubelet wants these settings to be; they are the host's, so it sees files of ours in their place.
const kernelSettings: Record<string, string> = {
  "/proc/sys/vm/overcommit_memory": "1",
  "/proc/sys/vm/panic_on_oom": "0",
  "/proc/sys/kernel/panic": "10",
  "/proc/sys/kernel/panic_on_oops": "1",
  "/proc/sys/kernel/keys/root_maxkeys": "1000000",
  "/proc/sys/kernel/keys/root_maxbytes": "25000000",
};

/** The processes of a cluster, or undefined when it is down. */
export function runningProcesses(layout: Layout): Processes | undefined {
  try {
    const processes = JSON.parse(readFileSync(layout.namespacePid, "utf8")) as Processes;
    const commandLine = readFileSync(`/proc/${processes.namespace}/cmdline`, "utf8");
    return commandLine.includes(`${layout.root}=${inside}\0`) ? processes : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the service folder that s6-svscan runs: one folder per service, each with its log. */
export function writeServices(layout: Layout, services: readonly ServiceName[]): void {
  rmSync(layout.services, { recursive: true, force: true });
  mkdirSync(layout.logs, { recursive: true });
  const commands = serviceCommands(layout);
  for (const service of services) {
    const command = commands[service];
    const folder = join(layout.services, service);
    writeExecutable(join(folder, "run"), runScript(command));
    writeExecutable(join(folder, "log", "run"), logScript(service));
    // A service that does not stop on SIGTERM is killed after so many milliseconds.
    writeWhole(join(folder, "timeout-kill"), "3000\n");
  }
}

function writeExecutable(path: string, content: string): void {
  writeWhole(path, content);
  chmodSync(path, 0o755);
}

/**
 * Environment of all programs of a cluster. `GOGC`, if it is set, is how much memory Go's programs may take to save
 * processor time.
 */
function environment(): Record<string, string> {
  const { GOGC } = process.env;
  return { PATH: pathInside, ...(GOGC === undefined ? {} : { GOGC }) };
}

/** Starts the namespaces and, inside, the supervisor of the services. Throws the reason when it does not start. */
export async function startNamespace(
  layout: Layout,
  content: Inside,
  toolchain: Toolchain,
): Promise<Processes> {
  for (const folder of [layout.etcd, layout.audit, layout.volumes, layout.varLib, layout.varLog]) {
    mkdirSync(folder, { recursive: true, mode: folder === layout.etcd ? 0o700 : 0o755 });
  }
  const started = Date.now();
  const log = openSync(layout.namespaceLog, "w");
  const child = spawn(
    toolchain.bin("namespace"),
    [...namespaceFlags(layout, content, toolchain), "--", "s6-svscan", `${inside}/services`],
    { detached: true, stdio: ["ignore", log, log], cwd: "/", env: environment() },
  );
  closeSync(log);
  let exited = false;
  child.once("exit", () => {
    exited = true;
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  child.unref();
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const output = readFileSync(layout.namespaceLog, "utf8");
    const init = Number(/^ready (\d+)$/m.exec(output)?.[1]);
    if (init && child.pid) {
      const processes = { namespace: child.pid, init, started };
      writeJson(layout.namespacePid, processes);
      return processes;
    }
    if (exited || Date.now() > deadline)
      throw new Error(`the cluster's namespaces did not start: ${output.trim()}`);
    await sleep(20);
  }
}

function namespaceFlags(layout: Layout, { services, forwards }: Inside, toolchain: Toolchain): string[] {
  const { network } = layout;
  const commands = serviceCommands(layout);
  const programs = new Set([...services.map((service) => commands[service][0] ?? ""), ...helperPrograms]);
  return [
    ...Object.entries(forwards).flatMap(([outside, within]) => ["--forward", `${outside}=${within}`]),
    ...["/run", "/tmp"].flatMap((folder) => ["--tmpfs", folder]),
    ...[
      `${layout.root}=${inside}`,
      `${layout.varLib}=/var/lib`,
      `${layout.varLog}=/var/log`,
      ...[...programs].map((program) => `${toolchain.bin(program)}=${programsInside}/${program}`),
    ].flatMap((bind) => ["--bind", bind]),
    ...Object.entries(kernelSettings).flatMap(([file, value]) => ["--value", `${file}=${value}`]),
    ...forwarding[network.family].flatMap((value) => ["--sysctl", value]),
    ...["--address", rangeOf(network.node), "--route", network.services, "--hostname", layout.name],
    ...createCgroups(layout.cgroup).flatMap((folder) => ["--cgroup", folder]),
  ];
}

/** Stops pods, services and namespaces, and removes what they leave outside the state folder. */
export async function stopNamespace(layout: Layout): Promise<void> {
  const processes = runningProcesses(layout);
  if (processes) {
    // Pods first, with the kubelet gone so that it starts none again; then the services, all at once.
    await control(layout, "kubelet", ["-wd", "-T", "9000", "-d"]).catch(() => undefined);
    await stopPods(layout);
    signal(processes.namespace, "SIGTERM");
    const deadline = Date.now() + stopTimeoutMs;
    while (runningProcesses(layout) && Date.now() < deadline) await sleep(100);
    if (runningProcesses(layout)) signal(processes.namespace, "SIGKILL");
  }
  rmSync(layout.namespacePid, { force: true });
  await removeCgroups(layout.cgroup);
}

/** Asks the first process of every container to end, as a host that shuts down does, and waits for at most 10 s. */
async function stopPods(layout: Layout): Promise<void> {
  for (const pid of podProcesses(layout).filter(isFirstInItsNamespace)) signal(pid, "SIGTERM");
  const deadline = Date.now() + podStopTimeoutMs;
  while (podProcesses(layout).length > 0 && Date.now() < deadline) await sleep(100);
}

function podProcesses(layout: Layout): number[] {
  const version2 = join("/sys/fs/cgroup", layout.cgroup, "kubepods");
  const version1 = join("/sys/fs/cgroup/pids", layout.cgroup, "kubepods");
  return [version1, version2].flatMap(processesBelow);
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

function isFirstInItsNamespace(pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** Sends a command to a service's supervisor (`s6-svc` flags). */
export async function control(layout: Layout, service: ServiceName, flags: string[]): Promise<void> {
  await execa("s6-svc", [...flags, join(layout.services, service)]);
}

/** State of a service according to its supervisor. `seconds` is the time since it came up or went down. */
export interface ServiceState {
  service: ServiceName;
  up: boolean;
  seconds: number;
}

/** The state of services of a running cluster. */
export async function serviceStates(
  layout: Layout,
  services: readonly ServiceName[],
): Promise<ServiceState[]> {
  return Promise.all(
    services.map(async (service) => {
      const folder = join(layout.services, service);
      const { stdout } = await execa("s6-svstat", ["-o", "up,updownfor", folder], { reject: false });
      const [up, seconds] = stdout.trim().split(" ");
      return { service, up: up === "true", seconds: Number(seconds ?? 0) };
    }),
  );
}

/** The file that holds a service's latest log lines. */
export const logFile = (layout: Layout, service: ServiceName): string =>
  join(layout.logs, service, "current");

/** The folder of the namespaces' file system as the host sees it. */
export const rootInside = (processes: Processes): string => dirname(`/proc/${processes.init}/root/.`);
