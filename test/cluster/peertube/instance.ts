import { execa } from "execa";
import { type Agent, FormData, request } from "undici";
import type { Cluster } from "../../../local/cluster/index.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";

/** Answer of the public address. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** The public side of a PeerTube on the local cluster. */
export class Visitor {
  private readonly agent: Agent;

  /** @param host its public name. */
  constructor(
    cluster: Cluster,
    private readonly host: string,
  ) {
    if (!cluster.endpoints) throw new Error("the cluster is not up");
    const { hostname, port } = new URL(cluster.endpoints.https);
    this.agent = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
  }

  /** GET of a path, or what `options` says. */
  async ask(path: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
    const answer = await request(`https://${this.host}${path}`, { dispatcher: this.agent, ...options });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  async json<T>(path: string, options: Parameters<typeof request>[1] = {}): Promise<T> {
    const { status, text } = await this.ask(path, options);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  /** Logs somebody in, root when nobody else is named. */
  async token(password: string, username = "root"): Promise<{ authorization: string }> {
    const client = await this.json<Record<string, string>>("/api/v1/oauth-clients/local");
    const form = new URLSearchParams({ ...client, grant_type: "password", username, password });
    const { access_token } = await this.json<{ access_token: string }>("/api/v1/users/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    return { authorization: `Bearer ${access_token}` };
  }

  /** Uploads bytes as a video: privacy 1 is public, 3 private. */
  async upload(
    name: string,
    bytes: Buffer,
    privacy: 1 | 3,
    headers: { authorization: string },
  ): Promise<string> {
    const me = await this.json<{ videoChannels: { id: number }[] }>("/api/v1/users/me", { headers });
    const form = new FormData();
    form.set("channelId", String(me.videoChannels[0]?.id));
    form.set("name", name);
    form.set("privacy", String(privacy));
    form.set("videofile", new File([bytes], `${name}.mp4`, { type: "video/mp4" }));
    const { video } = await this.json<{ video: { uuid: string } }>("/api/v1/videos/upload", {
      method: "POST",
      headers,
      body: form,
    });
    return video.uuid;
  }

  /** Asks for the version five times a second until `work` ends; returns for how long nobody answered, in seconds. */
  async awayDuring(work: Promise<unknown>): Promise<{ versions: string[]; gaps: number[] }> {
    let working = true;
    const ended = work.finally(() => {
      working = false;
    });
    const versions: string[] = [];
    const gaps: number[] = [];
    let answered = Date.now();
    let silent = false;
    while (working) {
      const asked = Date.now();
      const version = await this.json<{ serverVersion: string }>("/api/v1/config").then(
        ({ serverVersion }) => serverVersion,
        () => undefined,
      );
      if (version === undefined) {
        silent = true;
      } else {
        if (silent) gaps.push((Date.now() - answered) / 1000);
        silent = false;
        answered = asked;
        if (versions.at(-1) !== version) versions.push(version);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await ended;
    return { versions, gaps };
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** One container of a pod, as its status tells. */
interface ContainerStatus {
  name: string;
  restartCount: number;
  state: { terminated?: Ended; waiting?: { reason: string }; running?: object };
  lastState: { terminated?: Ended };
}

export interface Ended {
  exitCode: number;
  message?: string;
  finishedAt: string;
}

export interface Pod {
  metadata: { name: string; deletionTimestamp?: string; deletionGracePeriodSeconds?: number };
  status: { phase: string; containerStatuses?: ContainerStatus[] };
}

interface Probe {
  httpGet?: { path: string; port: string; httpHeaders?: { name: string; value: string }[] };
}

interface Deployment {
  spec: {
    template: {
      spec: {
        containers: {
          name: string;
          ports: { name: string; containerPort: number }[];
          readinessProbe?: Probe;
          livenessProbe?: Probe;
        }[];
      };
    };
  };
}

/** The inside of the cluster, where a commune's PeerTube is. */
export class Inside {
  readonly namespace: string;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly commune: string,
  ) {
    this.namespace = `${commune}-peertube`;
  }

  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await execa("kubectl", ["-n", this.namespace, ...args], { env: this.environment });
    return stdout;
  }

  /** Pods of a part of the service. */
  async pods(component: string): Promise<Pod[]> {
    const selector = `--selector=app.kubernetes.io/component=${component}`;
    const { items } = JSON.parse(await this.kubectl("get", "pods", selector, "-o", "json")) as {
      items: Pod[];
    };
    return items;
  }

  /** Asks a container of the server's pod its own probe, as the kubelet does. Returns the HTTP status. */
  async probe(container: string, kind: "readiness" | "liveness"): Promise<string> {
    const deployment: Deployment = JSON.parse(await this.kubectl("get", "deployment/peertube", "-o", "json"));
    const probed = deployment.spec.template.spec.containers.find(({ name }) => name === container);
    const asked = probed?.[`${kind}Probe`]?.httpGet;
    const port = probed?.ports.find(({ name }) => name === asked?.port)?.containerPort;
    if (asked === undefined || port === undefined)
      throw new Error(`${container} has no ${kind} probe over HTTP`);
    const headers = (asked.httpHeaders ?? []).flatMap(({ name, value }) => ["-H", `${name}: ${value}`]);
    return this.kubectl(
      ...["exec", "deployment/peertube", "-c", "nginx", "--", "curl", "-s", "-o", "/dev/null"],
      ...["-w", "%{http_code}", ...headers, `http://127.0.0.1:${port}${asked.path}`],
    );
  }

  async sql(statement: string): Promise<string> {
    const psql = ["psql", "-U", "postgres", "-d", "peertube", "-Atc", statement];
    const { stdout } = await execa(
      "kubectl",
      ["-n", `${this.commune}-database`, "exec", "statefulset/database", "--", ...psql],
      { env: this.environment },
    );
    return stdout;
  }

  /** Sets a flag of the double: `fail-migration`, `fail-script`, `fail-script-quietly`. */
  async flag(name: string): Promise<void> {
    await this.sql(`INSERT INTO "double" VALUES ('${name}', 'test')`);
  }

  async unflag(name: string): Promise<void> {
    await this.sql(`DELETE FROM "double" WHERE key = '${name}'`);
  }
}

/** Asks until the answer is not `undefined`, once a second. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}
