import { join } from "node:path";
import { execa } from "execa";
import { treatments } from "../../components/foundation/availability/availability.ts";
import { treated } from "../../components/foundation/availability/pods.ts";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import { runningProcesses } from "../../local/cluster/supervisor.ts";
import { buildImages } from "../../local/images/index.ts";
import { recipesOf } from "../../local/images/recipe.ts";
import { checkout } from "../../local/paths.ts";
import { everyReference, recipes } from "../../local/recipes.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";
import { until } from "../../test/campaigns/relocate/steps.ts";
import { namespace, pod, service } from "../../test/cluster/objects.ts";
import type { Visits } from "./visitors.ts";

const name = "pages";
const place = "bench-nodes";
const gibibyte = 1024 ** 3;

/** Visitors of each node: so many that no node waits for one, though chance sends some nodes more than others. */
const visitorsOfNode = 16;

/** Nodes of this machine that serve pages, each with a limit of processors. */
export class Town {
  readonly cluster: Cluster;

  constructor(
    readonly nodes: number,
    readonly processors: number,
  ) {
    this.cluster = openCluster(place, { nodes: { count: nodes, memory: 1.5 * gibibyte, processors } });
  }

  /** Brings the nodes up, with the workload on none of them. */
  async begin(): Promise<void> {
    const report = () => undefined;
    const toolchain = await buildToolchain({ report });
    const [reference = ""] = everyReference.filter((each) => each.includes("/library/node:"));
    const { signal } = new AbortController();
    const images = await buildImages({ report, signal }, recipesOf([reference], recipes));
    await this.cluster.up({ toolchain, images, domains: [], report });
    const items = [namespace(place), program, service(name, 8080), workload(reference)];
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", ["apply", `--namespace=${place}`, "--filename=-"], {
      ...{ env: this.cluster.environment, input },
    });
  }

  /** Runs a pod on each of so many nodes. Throws if two are on one. */
  async spreadTo(count: number): Promise<void> {
    await this.kubectl("scale", `deployment/${name}`, `--replicas=${count}`);
    await this.kubectl("rollout", "status", `deployment/${name}`, "--timeout=180s");
    const places = await until(`${count} pods are left`, 60, async () => {
      const found = await this.nodesOfPods();
      return found.length === count ? found : undefined;
    });
    if (new Set(places).size !== count)
      throw new Error(`${count} pods were to be on a node each, and are on ${places.join(", ")}`);
  }

  /** Returns the nodes of the pods. */
  async nodesOfPods(): Promise<string[]> {
    const words = ["get", "pods", `--selector=app=${name}`, "--output=jsonpath={.items[*].spec.nodeName}"];
    return (await this.kubectl(...words)).split(" ");
  }

  /** Has the pods visited through their Service, from the control plane's network, by a process outside all limits. */
  async visit(pods: number, seconds: number): Promise<Visits> {
    const { layout } = this.cluster;
    const address = await this.kubectl("get", "service", name, "--output=jsonpath={.spec.clusterIP}");
    const { stdout } = await execa(
      "nsenter",
      [
        ...[`--target=${runningProcesses(layout)?.init}`, "--net", "--", "node", "--import", "./loader.js"],
        ...[join("bench", "nodes", "visitors.ts"), `http://${address}:8080/`],
        ...[String(pods * visitorsOfNode), String(seconds), ...layout.nodes.map(({ cgroup }) => cgroup)],
      ],
      { cwd: checkout },
    );
    return JSON.parse(stdout) as Visits;
  }

  private async kubectl(...words: readonly string[]): Promise<string> {
    const env = this.cluster.environment;
    return (await execa("kubectl", [`--namespace=${place}`, ...words], { env })).stdout.trim();
  }
}

/** Every request costs the same hash: processor time, and nothing else. */
const server = `import { pbkdf2Sync } from "node:crypto";
import { createServer } from "node:http";
createServer((_request, response) => {
  response.end(pbkdf2Sync("page", "salt", 12_000, 32, "sha256").toString("hex"));
}).listen(8080);
`;

const program = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { "server.mjs": server } };

/** The workload, treated as a commune's own that runs several times. */
function workload(image: string): object {
  const { metadata, spec } = pod({ name, image, command: ["node", "/data/server.mjs"] });
  const [container] = spec.containers;
  const template = {
    ...spec,
    containers: [
      {
        ...container,
        volumeMounts: [{ name: "data", mountPath: "/data" }],
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2 },
        resources: { requests: { cpu: "100m", memory: "64Mi" } },
      },
    ],
    volumes: [{ name: "data", configMap: { name } }],
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: metadata.labels },
      template: { metadata: { labels: metadata.labels }, spec: template },
    },
  };
  return treated(deployment, treatments.repeated["node-loss"]);
}
