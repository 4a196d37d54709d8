import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { applicationOf } from "../images/upstream/applications.ts";
import type { Source } from "../images/upstream/index.ts";
import { addons, addonWorkloads } from "./addons/index.ts";
import { type Api, apply } from "./api.ts";
import { issueIngressCertificate } from "./certificates.ts";
import { ControlPlane, type StartOptions } from "./control-plane.ts";
import { prepareEnvironment } from "./environment.ts";
import { type NodeState, nodeStates, restoreMachine } from "./faults.ts";
import { writeJson } from "./files.ts";
import { importImages, type LocalImage } from "./images.ts";
import type { NewCluster } from "./layout.ts";
import { hostAndPort } from "./network.ts";
import { containerdOf, shareImages } from "./nodes.ts";
import { type Ports, storedPorts } from "./ports.ts";
import { checkMachine } from "./requirements.ts";
import { serviceNames, severalServices } from "./services.ts";
import { buildStaticImages, type StaticImages } from "./static-images.ts";
import {
  firstProcess,
  type Processes,
  runningProcesses,
  type ServiceState,
  serviceStates,
} from "./supervisor.ts";
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

/** State of a cluster. `ready` says that every node and every addon is Ready. */
export interface ClusterStatus {
  name: string;
  running: boolean;
  ready: boolean;
  endpoints: Endpoints | undefined;
  kubeconfig: string;
  caFile: string;
  services: ServiceState[];
  /** Of a cluster that has several. */
  nodes?: NodeState[];
}

/** Host addresses of a cluster. */
export interface Endpoints {
  api: string;
  https: string;
  http: string;
}

/** One local Kubernetes cluster with its nodes, by name; opening it starts nothing. */
export class Cluster extends ControlPlane {
  protected override readonly services = this.layout.several ? severalServices : serviceNames;

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
   * Starts the cluster, or brings a running one up to date with the given images and domains, and returns when every
   * node and addon is Ready; nodes that were killed, frozen or cut off are started. Throws one sentence when something is
   * missing, busy or does not come up.
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
    await this.withApi(async (api) => {
      await Promise.all([
        this.bringNodes(processes, [...Object.values(statics), ...options.images], api, options),
        this.bringAddons(api, statics, options),
      ]);
      await this.awaitReady(api, since, options);
    });
  }

  private async bringNodes(
    processes: Processes,
    images: LocalImage[],
    api: Api,
    options: UpOptions,
  ): Promise<void> {
    const { layout } = this;
    const { toolchain, report, signal } = options;
    await shareImages(layout, processes.init, images, options);
    await Promise.all(
      layout.nodes.map(async (node) => {
        if (layout.several) await restoreMachine(layout, node, api, signal);
        const socket = await containerdOf(node, firstProcess(layout, node), options);
        await importImages({ socket, imported: node.imported }, toolchain, images, report);
      }),
    );
    if (layout.several) copyFileSync(layout.nodes[0].imported, layout.imported);
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
    const nodes = layout.nodes.length;
    const objects = addons({ images, network: layout.network, domains, ports, certificate, nodes });
    await apply(options.toolchain.bin("kubectl"), layout.kubeconfig, objects);
  }

  private async awaitReady(api: Api, since: number, { signal, report }: UpOptions): Promise<void> {
    const { layout } = this;
    const { nodes } = layout;
    await Promise.all(
      nodes.map((node) => {
        const what = `node ${node.name} is not Ready`;
        return until(node, { what, service: "kubelet", timeout: 60_000, signal }, () =>
          api.nodeIsReady(node.name, since),
        );
      }),
    );
    report(nodes.length === 1 ? "node is Ready" : `${nodes.length} nodes are Ready`);
    await Promise.all(
      addonWorkloads(nodes.length).map((workload) => {
        const what = `${workload.namespace}/${workload.name} is not Ready`;
        return until(nodes[0], { what, service: "kubelet", timeout: 90_000, signal }, () =>
          api.workloadIsReady(workload, since),
        );
      }),
    );
    if (layout.several) await this.awaitIngress(signal);
    report("name server, ingress and storage are Ready");
  }

  /** The host's ports lead to pods of other machines: kube-proxy of the control plane has to know them first. */
  private async awaitIngress(signal: AbortSignal | undefined): Promise<void> {
    const ca = readFileSync(this.caFile);
    const dispatcher = new Agent({ connect: { ca, servername: "localhost" }, headersTimeout: 5000 });
    const awaited = { what: "the ingress does not answer", service: "kube-proxy", timeout: 60_000, signal };
    try {
      await until(this.layout, awaited, async () => {
        const { body } = await request(this.endpoints?.https ?? "", { dispatcher });
        await body.dump();
        return true;
      });
    } finally {
      await dispatcher.destroy();
    }
  }

  /** Returns what runs and whether it is ready. */
  async status(): Promise<ClusterStatus> {
    const { layout, running, endpoints, caFile } = this;
    const services = running ? await serviceStates(layout, this.services) : [];
    const ready = running && (await this.isReady());
    const { name, kubeconfig } = layout;
    const nodes =
      running && layout.several ? await this.withApi((api) => nodeStates(layout, api)) : undefined;
    return { name, running, ready, endpoints, kubeconfig, caFile, services, ...(nodes && { nodes }) };
  }

  private async isReady(): Promise<boolean> {
    const { nodes } = this.layout;
    try {
      const answers = await this.withApi((api) =>
        Promise.all([
          ...nodes.map(({ name }) => api.nodeIsReady(name, 0)),
          ...addonWorkloads(nodes.length).map((workload) => api.workloadIsReady(workload, 0)),
        ]),
      );
      return answers.every((answer) => answer !== undefined);
    } catch {
      return false;
    }
  }

  /** Asks the API server something, and closes the connections. */
  async withApi<Answer>(ask: (api: Api) => Promise<Answer>): Promise<Answer> {
    const api = this.api();
    try {
      return await ask(api);
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

/** Opens the cluster of that name, running or not; what is asked is for one that does not exist yet. */
export function openCluster(name: string, asked?: NewCluster): Cluster {
  return new Cluster(name, asked);
}
