import { execa } from "execa";
import { type Agent, fetch } from "undici";
import type { Manifest } from "../../components/foundation/manifest/manifest.ts";
import { agentFor } from "../look/doorway.ts";

/** Answer of an application. */
export interface Answer {
  status: number;
  text: string;
  location: string | null;
  cookies: string;
}

/**
 * Whether the ingress controller knows no such name. An application says 404 too: a new wiki does of its first page. Source:
 * Go's net/http, NotFound, which Traefik answers with.
 */
export function isUnknownName({ status, text }: Pick<Answer, "status" | "text">): boolean {
  return status === 404 && text === "404 page not found\n";
}

/** Request to an application. */
export interface Asked {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** The cluster of this machine that a check runs on. */
export interface PlaceOptions {
  /** Variables of `kubectl`. */
  environment: NodeJS.ProcessEnv;
  /** Address of its ingress controller, and the authority that signed for it. */
  https: string;
  caFile: string;
  /** Time in which something has to become ready, in seconds. */
  patience: number;
}

/** One cluster: objects in, answers out. */
export class Place {
  private readonly agent: Agent;

  constructor(private readonly options: PlaceOptions) {
    const { hostname, port } = new URL(options.https);
    this.agent = agentFor({
      ...{ address: { host: hostname, port: Number(port) }, caFile: options.caFile },
      // The certificate of the local cluster is for declared communes, and these are made for a check.
      anyName: true,
    });
  }

  close(): Promise<void> {
    return this.agent.close();
  }

  /** Runs kubectl, whatever its exit code. */
  kubectl(words: readonly string[], input?: string | Buffer) {
    return execa("kubectl", words, {
      env: this.options.environment,
      reject: false,
      encoding: "buffer",
      ...(input !== undefined && { input }),
    });
  }

  /** Runs kubectl and gives what it printed; throws what it complained of. */
  async succeed(words: readonly string[], input?: string | Buffer): Promise<Buffer> {
    const { exitCode, stdout, stderr } = await this.kubectl(words, input);
    if (exitCode !== 0)
      throw new Error(`kubectl ${words.slice(0, 4).join(" ")}: ${text(stderr).trim().slice(-600)}`);
    return Buffer.from(stdout);
  }

  async apply(objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const words = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
    let said = "";
    // A namespace's new hosts take a moment to reach the policy that judges an Ingress by them.
    const isDone = await this.until(async () => {
      const { exitCode, stderr } = await this.kubectl(words, list);
      said = text(stderr);
      if (exitCode !== 0 && !said.includes("(hosts-of-its-own)"))
        throw new Error(`kubectl apply: ${said.slice(-600)}`);
      return exitCode === 0;
    });
    if (!isDone) throw new Error(`kubectl apply: ${said.slice(-600)}`);
  }

  /** Waits until what runs is ready; throws why it is not. */
  async ready(objects: readonly Manifest[]): Promise<void> {
    const timeout = `--timeout=${this.options.patience}s`;
    for (const { kind, metadata } of objects) {
      const at = ["-n", metadata.namespace ?? "", `${kind.toLowerCase()}/${metadata.name}`, timeout];
      const words =
        kind === "Deployment" || kind === "StatefulSet"
          ? ["rollout", "status", ...at]
          : kind === "Job"
            ? ["wait", "--for=condition=Complete", ...at]
            : undefined;
      if (words === undefined) continue;
      const { exitCode, stderr } = await this.kubectl(words);
      if (exitCode !== 0)
        throw new Error(
          `${kind} ${metadata.name} is not ready after ${this.options.patience} s: ${await this.whyNot(metadata.namespace ?? "", text(stderr))}`,
        );
    }
  }

  /** Waits until the pods that end have ended: until then the ingress controller may send visitors to them. */
  async settled(namespace: string): Promise<void> {
    const ending = "jsonpath={.items[*].metadata.deletionTimestamp}";
    const isSo = await this.until(
      async () =>
        text(await this.succeed(["get", "pods", "-n", namespace, "--output", ending])).trim() === "",
    );
    if (!isSo) throw new Error(`pods of ${namespace} have not ended after ${this.options.patience} s`);
  }

  /** Reasons that the pods of a namespace give for not being ready. */
  private async whyNot(namespace: string, otherwise: string): Promise<string> {
    const { stdout } = await this.kubectl(["get", "pods", "-n", namespace, "--output=json"]);
    const { items } = JSON.parse(text(stdout)) as {
      items: { status: { containerStatuses?: Status[]; initContainerStatuses?: Status[] } }[];
    };
    const said = items
      .flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      .filter(({ ready }) => !ready)
      .map(({ name, state, lastState }) => {
        const { waiting, terminated } = {
          ...state,
          ...(lastState?.terminated && { terminated: lastState.terminated }),
        };
        return `${name} ${[waiting?.reason, terminated?.reason].filter(Boolean).join(", ") || "is not ready"}`;
      });
    return said.join("; ") || otherwise.trim();
  }

  /** Runs a program in a container with an input; returns its output. */
  exec(
    at: { namespace: string; workload: string; container: string },
    words: readonly string[],
    input?: Buffer,
  ) {
    const pod = ["exec", "-i", "-n", at.namespace, at.workload, "-c", at.container, "--"];
    return this.kubectl([...pod, ...words], input ?? "");
  }

  /** Asks the ingress controller for a page of a public name, and follows nowhere. */
  async ask(host: string, path: string, { method, headers, body }: Asked = {}): Promise<Answer> {
    const answer = await fetch(`https://${host}${path}`, {
      ...{ dispatcher: this.agent, redirect: "manual" },
      ...(method !== undefined && { method }),
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    });
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get("location"),
      cookies: answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(";")[0])
        .join("; "),
    };
  }

  /** Waits until a condition holds, at most for the patience of the place; returns whether it does. */
  async until(isSo: () => Promise<boolean>): Promise<boolean> {
    const end = Date.now() + this.options.patience * 1000;
    for (;;) {
      if (await isSo()) return true;
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

interface Status {
  name: string;
  ready: boolean;
  state?: State;
  lastState?: State;
}
interface State {
  waiting?: { reason?: string };
  terminated?: { reason?: string };
}

/** Output of a program, as text. */
export function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("utf8");
}
