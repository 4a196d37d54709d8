import { execa } from "execa";
import { type Agent, request } from "undici";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor, type Doorway } from "../../../scripts/look/doorway.ts";
import { mastodonToken } from "../../../scripts/look/token.ts";

/** Answer of a page. */
export interface Answer {
  status: number;
  text: string;
  headers: Record<string, unknown>;
}

/** A commune's Mastodon on a cluster, as visitors and administrators reach it. */
export class Server {
  readonly namespace: string;
  readonly doorway: Doorway;
  readonly dispatcher: Agent;

  constructor(
    private readonly cluster: Cluster,
    private readonly commune: string,
    readonly url: string,
  ) {
    if (!cluster.endpoints) throw new Error("the cluster has no endpoints");
    const { hostname, port } = new URL(cluster.endpoints.https);
    this.namespace = `${commune}-mastodon`;
    this.doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
    this.dispatcher = agentFor(this.doorway);
  }

  async kubectl(args: readonly string[], input = ""): Promise<string> {
    const { stdout } = await execa("kubectl", [...args], { env: this.cluster.environment, input });
    return stdout;
  }

  /** Runs Ruby in a web pod, as an administrator would. */
  rails(ruby: string, input = ""): Promise<string> {
    const pod = [`--namespace=${this.namespace}`, "deployment/mastodon-web", "--container=puma"];
    return this.kubectl(["exec", "-i", ...pod, "--", "bin/rails", "runner", ruby], input);
  }

  sql(statement: string): Promise<string> {
    const pod = [`--namespace=${this.commune}-database`, "database-0"];
    const psql = ["psql", "-U", "postgres", "-d", "mastodon", "-Atc", statement];
    return this.kubectl(["exec", ...pod, "--", ...psql]);
  }

  async get(path: string): Promise<Answer> {
    const { statusCode, headers, body } = await request(`${this.url}${path}`, {
      dispatcher: this.dispatcher,
    });
    return { status: statusCode, text: await body.text(), headers };
  }

  /** An access token of the owner, for ten minutes. */
  token(): Promise<string> {
    return mastodonToken(this.commune, "mairie", new Kubectl(this.cluster.environment));
  }

  /** The image of each web pod that runs and is not leaving. */
  async webImages(): Promise<string[]> {
    const listed = await this.kubectl([
      ...["get", "pods", `--namespace=${this.namespace}`, "--output=json"],
      ...["--selector=app.kubernetes.io/component=web", "--field-selector=status.phase=Running"],
    ]);
    const pods: {
      metadata: { deletionTimestamp?: string };
      spec: { containers: { image: string }[] };
    }[] = JSON.parse(listed).items;
    return pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap(({ spec }) => spec.containers[0]?.image ?? []);
  }
}
