import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { applicationOf } from "../images/upstream/applications.ts";
import type { Source } from "../images/upstream/index.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { addonDeployments, addons } from "./addons/index.ts";
import { Api, apply } from "./api.ts";
import { certificateFiles, issueClusterCertificates, issueIngressCertificate } from "./certificates.ts";
import { configurationFiles, kubeconfig } from "./configuration.ts";
import { type LocalEnvironment, localEnvironment, prepareEnvironment } from "./environment.ts";
import { writeJson, writeWhole } from "./files.ts";
import { containerdSocket, importImages, type LocalImage } from "./images.ts";
import { type Layout, layoutOf } from "./layout.ts";
import type { IpFamily } from "./network.ts";
import { choosePorts, type Ports, storedPorts } from "./ports.ts";
import { checkMachine } from "./requirements.ts";
import type { ServiceName } from "./services.ts";
import { buildStaticImages, type StaticImages } from "./static-images.ts";
import {
  control,
  logFile,
  type Processes,
  runningProcesses,
  type ServiceState,
  serviceStates,
  startNamespace,
  stopNamespace,
  writeServices,
} from "./supervisor.ts";
import { until } from "./wait.ts";

export { exportLines, type LocalEnvironment } from "./environment.ts";
export type { LocalImage } from "./images.ts";
export type { Ports } from "./ports.ts";
export { type ServiceName, serviceNames } from "./services.ts";

/** What `up` needs. `domains` get a certificate; `ports` that nobody asks for are what the cluster had, or free ones. */
export interface UpOptions {
  toolchain: Toolchain;
  images: readonly LocalImage[];
  domains: readonly string[];
  /** Where each application's images came from, for the next time. */
  sources?: Readonly<Record<string, Source>>;
  report: (line: string) => void;
  ports?: Partial<Ports>;
  /** A Pulumi home whose installed plugins are used; ours are for those that it does not have. */
  pluginsFrom?: string;
  signal?: AbortSignal;
}

/** What a cluster is doing. `ready` says that the node and every addon are Ready. */
export interface ClusterStatus {
  name: string;
  running: boolean;
  ready: boolean;
  endpoints: Endpoints | undefined;
  kubeconfig: string;
  caFile: string;
  services: ServiceState[];
}

/** Host addresses of a cluster. */
export interface Endpoints {
  api: string;
  https: string;
  http: string;
}

/** One local Kubernetes cluster by name; opening it starts nothing. */
export class Cluster {
  readonly layout: Layout;

  constructor(name: string, family?: IpFamily) {
    this.layout = layoutOf(name, undefined, family);
  }

  get name(): string {
    return this.layout.name;
  }

  /** The file that kubectl and Pulumi reach the cluster with; it exists once the cluster was up. */
  get kubeconfig(): string {
    return this.layout.kubeconfig;
  }

  /** The certificate of the local authority that signs the ingress's certificate. */
  get caFile(): string {
    return this.layout.caFile;
  }

  /** Whether the cluster's processes run. */
  get running(): boolean {
    return runningProcesses(this.layout) !== undefined;
  }

  /** The host addresses; undefined before the first `up`. */
  get endpoints(): Endpoints | undefined {
    const ports = storedPorts(this.layout);
    return (
      ports && {
        api: `https://127.0.0.1:${ports.api}`,
        https: `https://127.0.0.1:${ports.https}`,
        http: `http://127.0.0.1:${ports.http}`,
      }
    );
  }

  /** Where each application's images came from, by its name; nothing before the first `up`. */
  get sources(): Readonly<Record<string, Source>> {
    const { sources, imported } = this.layout;
    const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, Source>;
    if (existsSync(sources)) return read(sources);
    // A cluster of before 26 November 2026 says nothing of it, and had nothing but what is made here.
    const names = existsSync(imported) ? Object.keys(read(imported)) : [];
    return Object.fromEntries(names.map((name) => [applicationOf(name), "local"]));
  }

  /** The variables with which kubectl and Pulumi work on this cluster. Throws when it was never up. */
  get environment(): LocalEnvironment {
    return localEnvironment(this.layout);
  }

  /**
   * Starts the cluster, or brings a running one up to date with the given images and domains, and returns when the
   * node and every addon are Ready. Throws one sentence when something is missing, busy or does not come up.
   */
  async up(options: UpOptions): Promise<void> {
    await checkMachine(this.layout, options.ports);
    const before = runningProcesses(this.layout);
    const statics = await buildStaticImages(options.toolchain);
    const processes = before ?? (await this.start(options));
    // What a cluster that was up before said of itself proves nothing now. Kubernetes writes whole seconds.
    const since = before ? 0 : Math.floor(processes.started / 1000) * 1000;
    // Before the first of them is imported: an up that is cut short must not be taken for something else.
    if (options.sources) writeJson(this.layout.sources, { ...this.sources, ...options.sources });
    prepareEnvironment(this.layout, options.toolchain, options.pluginsFrom);
    const api = this.api();
    try {
      await Promise.all([
        this.bringImages(processes, [...Object.values(statics), ...options.images], options),
        this.bringAddons(api, statics, options),
      ]);
      await this.awaitReady(api, since, options);
    } finally {
      await api.close();
    }
  }

  private async bringImages(processes: Processes, images: LocalImage[], options: UpOptions): Promise<void> {
    const { toolchain, report, signal } = options;
    const awaited = {
      what: "containerd does not answer",
      service: "containerd",
      timeout: 30_000,
      signal,
    } as const;
    const address = containerdSocket(processes);
    await until(this.layout, awaited, async () => {
      if (!existsSync(address)) return undefined;
      await execa(toolchain.bin("ctr"), ["--address", address, "version"]);
      return true;
    });
    await importImages(this.layout, processes, toolchain, images, report);
    report("images are imported");
  }

  private async bringAddons(api: Api, images: StaticImages, options: UpOptions): Promise<void> {
    const { layout } = this;
    const ports = storedPorts(layout);
    if (!ports)
      throw new Error(`${layout.ports} is gone: run "commune local down", then "commune local up".`);
    const { signal, report, toolchain } = options;
    const awaited = {
      what: "the API server is not ready",
      service: "kube-apiserver",
      timeout: 60_000,
      signal,
    } as const;
    await until(layout, awaited, () => api.isReady());
    report("control plane is ready");
    const domains = this.rememberDomains(options.domains);
    const files = await issueIngressCertificate(layout, domains);
    const certificate = {
      certificate: readFileSync(files.certificate, "utf8"),
      key: readFileSync(files.key, "utf8"),
    };
    const objects = addons({ images, network: layout.network, domains, ports, certificate });
    await apply(toolchain.bin("kubectl"), layout.kubeconfig, objects);
  }

  private async awaitReady(api: Api, since: number, { signal, report }: UpOptions): Promise<void> {
    const { layout } = this;
    const node = { what: "the node is not Ready", service: "kubelet", timeout: 60_000, signal } as const;
    await until(layout, node, () => api.nodeIsReady(layout.name, since));
    report("node is Ready");
    await Promise.all(
      addonDeployments.map(({ namespace, name }) => {
        const what = `${namespace}/${name} is not Ready`;
        return until(layout, { what, service: "kubelet", timeout: 90_000, signal }, () =>
          api.deploymentIsReady(namespace, name, since),
        );
      }),
    );
    report("name server, ingress and storage are Ready");
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

  /** What runs and whether it is ready. */
  async status(): Promise<ClusterStatus> {
    const { layout, running, endpoints, caFile } = this;
    const services = running ? await serviceStates(layout) : [];
    const ready = running && (await this.isReady());
    return { name: layout.name, running, ready, endpoints, kubeconfig: layout.kubeconfig, caFile, services };
  }

  private async isReady(): Promise<boolean> {
    const api = this.api();
    try {
      const answers = await Promise.all([
        api.nodeIsReady(this.name, 0),
        ...addonDeployments.map(({ namespace, name }) => api.deploymentIsReady(namespace, name, 0)),
      ]);
      return answers.every((answer) => answer !== undefined);
    } catch {
      return false;
    } finally {
      await api.close();
    }
  }

  /** The last lines of a service's log, then, with `follow`, every new one until the caller stops iterating. */
  async *logs(service: ServiceName, options: { follow: boolean }): AsyncGenerator<string> {
    const file = logFile(this.layout, service);
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

  private async start(options: UpOptions): Promise<Processes> {
    const { layout } = this;
    mkdirSync(layout.root, { recursive: true });
    writeWhole(layout.ipFamily, `${layout.network.family}\n`);
    // What a crash may have left: control groups would hold the new processes back.
    await stopNamespace(layout);
    const ports = await choosePorts(layout, options.ports ?? {});
    await issueClusterCertificates(layout);
    for (const [name, content] of Object.entries(configurationFiles(layout))) {
      writeWhole(join(layout.configuration, name), content, 0o600);
    }
    this.writeKubeconfig(ports);
    writeServices(layout);
    options.report("starting services");
    return startNamespace(layout, ports, options.toolchain);
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

  /** Domains given before stay known, so that bringing up one commune does not close the door of another. */
  private rememberDomains(asked: readonly string[]): string[] {
    let known: string[] = [];
    if (existsSync(this.layout.domains))
      known = JSON.parse(readFileSync(this.layout.domains, "utf8")) as string[];
    const domains = [...new Set([...known, ...asked])].sort();
    writeJson(this.layout.domains, domains);
    return domains;
  }

  private api(): Api {
    const files = certificateFiles(this.layout);
    const admin = files.client("admin");
    return new Api({
      server: this.endpoints?.api ?? "",
      authority: readFileSync(files.authority.certificate),
      certificate: readFileSync(admin.certificate),
      key: readFileSync(admin.key),
    });
  }
}

/** Opens the cluster of that name, running or not; a family of addresses is for one that does not exist yet. */
export function openCluster(name: string, family?: IpFamily): Cluster {
  return new Cluster(name, family);
}
