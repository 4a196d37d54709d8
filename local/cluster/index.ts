import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { applicationOf } from "../images/upstream/applications.ts";
import type { Source } from "../images/upstream/index.ts";
import { addonDeployments, addons } from "./addons/index.ts";
import { type Api, apply } from "./api.ts";
import { issueIngressCertificate } from "./certificates.ts";
import { ControlPlane, type StartOptions } from "./control-plane.ts";
import { prepareEnvironment } from "./environment.ts";
import { writeJson } from "./files.ts";
import { containerdSocket, importImages, type LocalImage } from "./images.ts";
import { hostAndPort, type IpFamily } from "./network.ts";
import { type Ports, storedPorts } from "./ports.ts";
import { checkMachine } from "./requirements.ts";
import { serviceNames } from "./services.ts";
import { buildStaticImages, type StaticImages } from "./static-images.ts";
import { type Processes, runningProcesses, type ServiceState, serviceStates } from "./supervisor.ts";
import { until } from "./wait.ts";

export { ControlPlane } from "./control-plane.ts";
export { exportLines } from "./environment.ts";
export type { LocalImage } from "./images.ts";
export type { Ports } from "./ports.ts";
export { type ServiceName, serviceNames } from "./services.ts";

/** Options of `up`. `domains` get a certificate. */
export interface UpOptions extends StartOptions {
  images: readonly LocalImage[];
  domains: readonly string[];
  /** Origin of each application's images, for the next time. */
  sources?: Readonly<Record<string, Source>>;
}

/** State of a cluster. `ready` says that the node and every addon are Ready. */
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

/** One local Kubernetes cluster with a node, by name; opening it starts nothing. */
export class Cluster extends ControlPlane {
  protected override readonly services = serviceNames;

  /** The certificate of the local authority that signs the ingress's certificate. */
  get caFile(): string {
    return this.layout.caFile;
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

  /** Origin of each application's images, by its name; empty before the first `up`. */
  get sources(): Readonly<Record<string, Source>> {
    const { sources, imported } = this.layout;
    const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, Source>;
    if (existsSync(sources)) return read(sources);
    // A cluster of before 26 November 2026 says nothing of it, and had nothing but what is made here.
    const names = existsSync(imported) ? Object.keys(read(imported)) : [];
    return Object.fromEntries(names.map((name) => [applicationOf(name), "local"]));
  }

  /**
   * Starts the cluster, or brings a running one up to date with the given images and domains, and returns when the
   * node and every addon are Ready. Throws one sentence when something is missing, busy or does not come up.
   */
  override async up(options: UpOptions): Promise<void> {
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
    await this.awaitApi(api, options);
    const domains = this.rememberDomains(options.domains);
    const files = await issueIngressCertificate(layout, domains);
    const certificate = {
      certificate: readFileSync(files.certificate, "utf8"),
      key: readFileSync(files.key, "utf8"),
    };
    const objects = addons({ images, network: layout.network, domains, ports, certificate });
    await apply(options.toolchain.bin("kubectl"), layout.kubeconfig, objects);
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

  /** Returns what runs and whether it is ready. */
  async status(): Promise<ClusterStatus> {
    const { layout, running, endpoints, caFile } = this;
    const services = running ? await serviceStates(layout, this.services) : [];
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

  /** Domains given before stay known, so that bringing up one commune does not close the door of another. */
  private rememberDomains(asked: readonly string[]): string[] {
    let known: string[] = [];
    if (existsSync(this.layout.domains))
      known = JSON.parse(readFileSync(this.layout.domains, "utf8")) as string[];
    const domains = [...new Set([...known, ...asked])].sort();
    writeJson(this.layout.domains, domains);
    return domains;
  }

  protected override forwards(ports: Ports): Record<string, string> {
    const { ingress } = this.layout.network;
    return {
      ...super.forwards(ports),
      [`127.0.0.1:${ports.https}`]: hostAndPort(ingress, 443),
      [`127.0.0.1:${ports.http}`]: hostAndPort(ingress, 80),
    };
  }
}

/** Opens the cluster of that name, running or not; a family of addresses is for one that does not exist yet. */
export function openCluster(name: string, family?: IpFamily): Cluster {
  return new Cluster(name, family);
}
