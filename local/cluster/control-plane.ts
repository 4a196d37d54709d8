import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Toolchain } from "../toolchain/index.ts";
import { type Access, Api } from "./api.ts";
import { certificateFiles, issueClusterCertificates } from "./certificates.ts";
import { controlPlaneConfiguration, kubeconfig, nodeConfiguration } from "./configuration.ts";
import { type LocalEnvironment, localEnvironment, prepareEnvironment } from "./environment.ts";
import { writeJson, writeWhole } from "./files.ts";
import { type Layout, layoutOf, type MachineFolders, type NewCluster } from "./layout.ts";
import { hostAndPort } from "./network.ts";
import { writeNodes } from "./nodes.ts";
import { choosePorts, type Ports, storedPorts } from "./ports.ts";
import { checkMachine } from "./requirements.ts";
import { controlPlaneServices, type ServiceName, serviceCommands } from "./services.ts";
import {
  type Commands,
  control,
  logFile,
  type Processes,
  runningProcesses,
  startNamespace,
  stopNamespace,
  writeServices,
} from "./supervisor.ts";
import { until } from "./wait.ts";

/** Options of starting a control plane. `ports` that are not given are the former ones, or free ones. */
export interface StartOptions {
  toolchain: Toolchain;
  report: (line: string) => void;
  ports?: Partial<Ports>;
  /** A Pulumi home whose installed plugins are used; ours are for those that it does not have. */
  pluginsFrom?: string;
  signal?: AbortSignal;
}

/**
 * A Kubernetes of etcd, API server and controllers, by name: it takes objects and makes pods of them, and no pod ever
 * runs. Opening it starts nothing.
 */
export class ControlPlane {
  readonly layout: Layout;
  /** Services that run inside. */
  protected readonly services: readonly ServiceName[] = controlPlaneServices;

  constructor(name: string, asked?: NewCluster) {
    this.layout = layoutOf(name, undefined, asked);
  }

  get name(): string {
    return this.layout.name;
  }

  /** The file that kubectl and Pulumi reach the cluster with; it exists once the cluster was up. */
  get kubeconfig(): string {
    return this.layout.kubeconfig;
  }

  /** Whether the cluster's processes run. */
  get running(): boolean {
    return runningProcesses(this.layout) !== undefined;
  }

  /** The variables with which kubectl and Pulumi work on this cluster. Throws when it was never up. */
  get environment(): LocalEnvironment {
    return localEnvironment(this.layout);
  }

  /** Access of a program of this machine to the API server as administrator. Throws if it was never up. */
  get access(): Access {
    const files = certificateFiles(this.layout);
    const admin = files.client("admin");
    const ports = storedPorts(this.layout);
    return {
      server: ports ? `https://127.0.0.1:${ports.api}` : "",
      authority: readFileSync(files.authority.certificate),
      certificate: readFileSync(admin.certificate),
      key: readFileSync(admin.key),
    };
  }

  /**
   * Starts it, or finds it running, and returns when the API server is ready. Throws one sentence when something is
   * missing, busy or does not come up.
   */
  async up(options: StartOptions): Promise<void> {
    await checkMachine(this.layout, options.ports);
    if (!this.running) await this.start(options);
    prepareEnvironment(this.layout, options.toolchain, options.pluginsFrom);
    const api = this.api();
    try {
      await this.awaitApi(api, options);
    } finally {
      await api.close();
    }
  }

  /** Stops everything and leaves only the state folder. Does nothing to a cluster that is down. */
  async down(): Promise<void> {
    await stopNamespace(this.layout);
  }

  /** Stops everything and removes the cluster's state folder with all its volumes. */
  async reset(): Promise<void> {
    await this.down();
    rmSync(this.layout.root, { recursive: true, force: true });
  }

  /**
   * The last lines of a service's log, then, with `follow`, every new one until the caller stops iterating.
   *
   * @param machine whose service it is; the control plane's when absent.
   */
  async *logs(
    service: ServiceName,
    options: { follow: boolean },
    machine: MachineFolders = this.layout,
  ): AsyncGenerator<string> {
    const file = logFile(machine, service);
    if (!existsSync(file))
      throw new Error(`${service} of cluster ${this.name} has no log yet: ${file} does not exist.`);
    const tail = execa("tail", ["-n", "200", ...(options.follow ? ["-F"] : []), file], { stderr: "ignore" });
    try {
      for await (const line of tail.iterable()) yield line;
    } finally {
      tail.kill();
    }
  }

  /** Kills a service with SIGKILL, as a crash would; its supervisor starts it again. For tests. */
  async kill(service: ServiceName): Promise<void> {
    await control(this.layout, service, ["-k"]);
  }

  protected async start(options: StartOptions): Promise<Processes> {
    const { layout, services } = this;
    mkdirSync(layout.root, { recursive: true });
    if (layout.several) writeJson(layout.severalFile, layout.several);
    writeWhole(layout.ipFamily, `${layout.network.family}\n`);
    // What a crash may have left: control groups would hold the new processes back.
    await stopNamespace(layout);
    const ports = await choosePorts(layout, options.ports ?? {});
    await issueClusterCertificates(layout);
    writeConfiguration(layout, controlPlaneConfiguration(layout));
    for (const node of layout.nodes) writeConfiguration(node, nodeConfiguration(layout, node));
    this.writeKubeconfig(ports);
    const waiting = writeNodes(layout);
    writeServices(layout, { ...this.commands(), ...waiting }, Object.keys(waiting));
    options.report("starting services");
    return startNamespace(layout, { services, forwards: this.forwards(ports) }, options.toolchain);
  }

  protected commands(): Commands {
    const all = serviceCommands(this.layout, this.layout.nodes[0]);
    return Object.fromEntries(this.services.map((service) => [service, all[service]]));
  }

  /** Host addresses, and what inside answers there. */
  protected forwards(ports: Ports): Record<string, string> {
    return { [`127.0.0.1:${ports.api}`]: hostAndPort(this.layout.network.node, 6443) };
  }

  protected async awaitApi(api: Api, { signal, report }: StartOptions): Promise<void> {
    const awaited = {
      what: "the API server is not ready",
      service: "kube-apiserver",
      timeout: 60_000,
      signal,
    } as const;
    await until(this.layout, awaited, () => api.isReady());
    report("control plane is ready");
  }

  protected api(): Api {
    return new Api(this.access);
  }

  private writeKubeconfig(ports: Ports): void {
    const files = certificateFiles(this.layout);
    const admin = files.client("admin");
    const base64 = (path: string) => readFileSync(path).toString("base64");
    const content = kubeconfig(`commune-local-${this.name}`, {
      server: `https://127.0.0.1:${ports.api}`,
      authority: { "certificate-authority-data": base64(files.authority.certificate) },
      user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) },
    });
    writeJson(this.layout.kubeconfig, content, 0o600);
  }
}

function writeConfiguration({ configuration }: MachineFolders, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) writeWhole(join(configuration, name), content, 0o600);
}
