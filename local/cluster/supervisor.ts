import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Toolchain } from "../toolchain/index.ts";
import { groupProcesses, removeCgroups, thaw } from "./cgroups.ts";
import { writeJson, writeWhole } from "./files.ts";
import { inside, type Layout, type MachineFolders, type NodeLayout } from "./layout.ts";
import { controlPlaneArguments, type Inside } from "./machine.ts";
import { logScript, pathInside, runScript, type ServiceName } from "./services.ts";

/** The two processes of a running cluster that the host sees: the one outside and the first one inside. */
export interface Processes {
  namespace: number;
  init: number;
  /** Start of the processes, in milliseconds of the epoch. */
  started: number;
}

const startTimeoutMs = 10_000;
const stopTimeoutMs = 40_000;
const podStopTimeoutMs = 10_000;

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

/** Commands of a machine's services, by their names. */
export type Commands = Readonly<Record<string, readonly string[]>>;

/**
 * Writes the service folder that s6-svscan runs: one folder per service, each with its log.
 *
 * @param waiting services that are started by {@link control} alone.
 */
export function writeServices(
  { services, logs }: MachineFolders,
  commands: Commands,
  waiting: readonly string[] = [],
): void {
  rmSync(services, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  for (const [service, command] of Object.entries(commands)) {
    const folder = join(services, service);
    writeExecutable(join(folder, "run"), runScript(command));
    writeExecutable(join(folder, "log", "run"), logScript(service));
    // A service that does not stop on SIGTERM is killed after so many milliseconds.
    writeWhole(join(folder, "timeout-kill"), "3000\n");
    if (waiting.includes(service)) writeWhole(join(folder, "down"), "");
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
  mkdirSync(layout.etcd, { recursive: true, mode: 0o700 });
  const ofNodes = layout.nodes.flatMap(({ volumes, varLib, varLog }) => [volumes, varLib, varLog]);
  for (const folder of [layout.audit, layout.varLib, layout.varLog, ...ofNodes])
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  const started = Date.now();
  const log = openSync(layout.namespaceLog, "w");
  const child = spawn(toolchain.bin("namespace"), controlPlaneArguments(layout, content, toolchain), {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
    env: environment(),
  });
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

/** Stops pods, services and namespaces, and removes what they leave outside the state folder. */
export async function stopNamespace(layout: Layout): Promise<void> {
  // Frozen processes end when they go on, and not before (cgroup v1), also those that a crash left.
  for (const { cgroup } of layout.nodes) thaw(cgroup);
  const processes = runningProcesses(layout);
  if (processes) {
    // Pods first, with the kubelet gone so that it starts none again; then the services, all at once.
    const stopped = ["-wd", "-T", "9000", "-d"];
    await Promise.all(layout.nodes.map((node) => control(node, "kubelet", stopped).catch(() => undefined)));
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

const podProcesses = (layout: Layout): number[] =>
  layout.nodes.flatMap(({ cgroup }) => groupProcesses(join(cgroup, "kubepods")));

/** The first process of a node's namespaces as the host numbers it; undefined if the node is down. */
export function firstProcess(layout: Layout, node: NodeLayout): number | undefined {
  if (!layout.several) return runningProcesses(layout)?.init;
  return groupProcesses(join(node.cgroup, "services")).find(isFirstInItsNamespace);
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

/** Sends a command to the supervisor of a machine's service (`s6-svc` flags). */
export async function control(
  { services }: MachineFolders,
  service: string,
  flags: readonly string[],
): Promise<void> {
  await execa("s6-svc", [...flags, join(services, service)]);
}

/** State of a service according to its supervisor. `seconds` is the time since it came up or went down. */
export interface ServiceState {
  service: ServiceName;
  up: boolean;
  seconds: number;
}

/** The state of services of a machine that runs. */
export async function serviceStates(
  { services: folder }: MachineFolders,
  services: readonly ServiceName[],
): Promise<ServiceState[]> {
  return Promise.all(
    services.map(async (service) => {
      const words = ["-o", "up,updownfor", join(folder, service)];
      const { stdout } = await execa("s6-svstat", words, { reject: false });
      const [up, seconds] = stdout.trim().split(" ");
      return { service, up: up === "true", seconds: Number(seconds ?? 0) };
    }),
  );
}

/** The file that holds the latest log lines of a machine's service. */
export const logFile = ({ logs }: MachineFolders, service: string): string => join(logs, service, "current");

/** The folder of the file system of a namespace's first process as the host sees it. */
export const rootInside = (first: number): string => dirname(`/proc/${first}/root/.`);
