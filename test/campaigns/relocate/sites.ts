import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Cluster, openCluster } from "../../../local/cluster/index.ts";
import { rangeOf } from "../../../local/cluster/network.ts";
import { runningProcesses } from "../../../local/cluster/supervisor.ts";
import { spatialRecipes } from "../../../local/images/images.ts";
import { buildImages } from "../../../local/images/index.ts";
import { runTasks } from "../../../local/listing.ts";
import { checkout } from "../../../local/paths.ts";
import { everyReference } from "../../../local/recipes.ts";
import { localTasks, madeHere } from "../../../local/tasks.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { mobilizonRecipe } from "../../doubles/mobilizon/recipe.ts";

/** Images that three services, associations' sites, their databases, a vault and a federation run. */
const needed =
  /\/(postgres:17|mariadb|wordpress|restic|valkey|nginx-unprivileged|node|nextcloud|mastodon|mastodon-streaming|peertube)[:.]/;

/** Address of the other site's ingress controller, in either network. */
export const neighbour = "10.88.0.99";

/** A cluster of its own on this machine, which another one reaches by public names alone. */
export class Site {
  readonly cluster: Cluster;
  private relay: { kill(): unknown } | undefined;
  private way: Server | undefined;

  constructor(
    name: string,
    private readonly folder: string,
  ) {
    this.cluster = openCluster(name);
  }

  get context(): string {
    return `commune-local-${this.cluster.name}`;
  }

  get doorway() {
    const { hostname, port } = new URL(this.cluster.endpoints?.https ?? "");
    return { address: { host: hostname, port: Number(port) }, caFile: this.cluster.caFile };
  }

  async up(domains: readonly string[], signal: AbortSignal): Promise<void> {
    const images = madeHere(everyReference.filter((name) => needed.test(name)));
    const options = { cluster: this.cluster, images, domains, signal };
    await runTasks(localTasks({ ...options, plugins: "local" }));
    const silent = { report: () => undefined, signal };
    const more = await buildImages(silent, [...spatialRecipes, mobilizonRecipe]);
    await this.cluster.up({ toolchain: await buildToolchain(silent), images: more, domains, ...silent });
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return (await execa("kubectl", words, { env: this.cluster.environment })).stdout;
  }

  /** Lets names below a domain lead to another site, or to this one again. */
  async lead(domain: string, to: "neighbour" | "here"): Promise<void> {
    const where = ["--namespace=kube-system", "configmap", "coredns"];
    const [space = "", ...which] = where;
    const text = await this.kubectl(space, "get", ...which, "--output=jsonpath={.data.Corefile}");
    const [begin, end] = [`# ${domain}\n`, `# end of ${domain}\n`];
    const others = text.replace(new RegExp(`${begin}[^]*${end}`), "");
    const zone = `${begin}${domain}:53 {
  errors
  template IN A {
    answer "{{ .Name }} 5 IN A ${neighbour}"
  }
  template IN ANY {
    rcode NOERROR
  }
}
${end}`;
    const data = { Corefile: to === "neighbour" ? zone + others : others };
    await this.kubectl(space, "patch", ...which, "--type=merge", "--patch", JSON.stringify({ data }));
    await this.kubectl(space, "rollout", "restart", "deployment/coredns");
    await this.kubectl(space, "rollout", "status", "deployment/coredns", "--timeout=120s");
  }

  /** Opens the way to another site's ingress controller: neither network leads anywhere else. */
  async reach(other: Site): Promise<void> {
    const { init } = runningProcesses(this.cluster.layout) ?? {};
    if (init === undefined) throw new Error(`${this.cluster.name} does not run`);
    const { host, port } = other.doorway.address;
    const path = join(this.folder, `${this.cluster.name}.sock`);
    this.way = createServer({ allowHalfOpen: true }, (outer) => {
      const inner = connect({ host, port, allowHalfOpen: true });
      outer.pipe(inner).pipe(outer);
      outer.on("error", () => inner.destroy());
      inner.on("error", () => outer.destroy());
    });
    await new Promise<void>((resolve) => this.way?.listen(path, resolve));
    const within = ["--target", String(init), "--net", "--"];
    await execa("nsenter", [...within, "ip", "address", "replace", rangeOf(neighbour), "dev", "lo"]);
    const program = join(import.meta.dirname, "relay.ts");
    const relay = execa(
      "nsenter",
      [...within, process.execPath, "--import", "tsx", program, neighbour, "443", path],
      { cwd: checkout, reject: false, buffer: false },
    );
    this.relay = relay;
    await Promise.race([
      once(relay.stdout, "data"),
      relay.then(({ exitCode }) => {
        throw new Error(`the way out of ${this.cluster.name} ended with ${exitCode}`);
      }),
    ]);
  }

  /** All of it ends at once, as when its power is cut, and nothing of it is left. */
  async lose(): Promise<void> {
    const processes = runningProcesses(this.cluster.layout);
    if (processes !== undefined) process.kill(processes.namespace, "SIGKILL");
    await this.end();
  }

  async end(): Promise<void> {
    this.relay?.kill();
    this.way?.close();
    await this.cluster.reset();
  }
}

/** Two sites that find each other's communes, and one kubeconfig for both. */
export class TwoSites {
  private readonly folder = mkdtempSync(join(tmpdir(), "sites-"));
  readonly lost = new Site("site-a", this.folder);
  readonly spare = new Site("site-b", this.folder);

  /**
   * @param domains of communes on the first, and on the second, where those of the first may come to; and what else has
   * a certificate on both.
   */
  async begin(
    domains: { lost: string; spare: string; both: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    await this.lost.up([domains.lost, ...domains.both], signal);
    await this.spare.up([domains.lost, domains.spare, ...domains.both], signal);
    await this.lost.reach(this.spare);
    await this.spare.reach(this.lost);
    await Promise.all([
      this.lost.lead(domains.spare, "neighbour"),
      this.spare.lead(domains.lost, "neighbour"),
    ]);
    this.settings = this.found();
    writeFileSync(this.kubeconfig, JSON.stringify(this.merged()), { mode: 0o600 });
  }

  get kubeconfig(): string {
    return join(this.folder, "kubeconfig");
  }

  /** Variables of kubectl and Pulumi, which outlive the first site. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...this.spare.cluster.environment,
      KUBECONFIG: this.kubeconfig,
      PULUMI_SKIP_CHECKPOINTS: "true",
    };
  }

  /** Settings with which a commune on either site finds those of the other, also when one is lost. */
  settings: Readonly<Record<string, string>> = {};

  private found(): Record<string, string> {
    const { network } = this.spare.cluster.layout;
    return {
      privatePeers: [network.ingress, neighbour].map(rangeOf).join(","),
      authority: [this.lost, this.spare]
        .map(({ cluster }) => readFileSync(cluster.caFile, "utf8").trim())
        .join("\n"),
    };
  }

  async end(): Promise<void> {
    await this.lost.end();
    await this.spare.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private merged(): object {
    const files = [this.lost, this.spare].map(
      ({ cluster }) => JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as Record<string, unknown[]>,
    );
    const all = (key: string) => files.flatMap((file) => file[key] ?? []);
    return {
      ...{ apiVersion: "v1", kind: "Config" },
      ...{ clusters: all("clusters"), users: all("users"), contexts: all("contexts") },
      "current-context": this.spare.context,
    };
  }
}
