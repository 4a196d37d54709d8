import { execa } from "execa";
import { inject } from "vitest";
import { type Cluster, openCluster } from "../../../local/cluster/index.ts";
import { everyReference } from "../../../local/recipes.ts";
import { buildToolchain, type Toolchain } from "../../../local/toolchain/index.ts";
import { watch } from "../failed/evidence.ts";
import { namespace } from "./pods.ts";

const silent = () => undefined;

/** The cluster that the test files share, with its images, and kubectl on one restricted namespace of the file's own. */
export class Laboratory {
  private constructor(
    private readonly cluster: Cluster,
    private readonly toolchain: Toolchain,
    private readonly namespace: string,
  ) {}

  /** @param name tells the namespace from those of other files, which run at the same time. */
  static async open(name: string): Promise<Laboratory> {
    const toolchain = await buildToolchain({ report: silent });
    const laboratory = new Laboratory(openCluster(inject("cluster")), toolchain, `lab-${name}`);
    watch(laboratory.cluster.environment, laboratory.namespace);
    await laboratory.apply(namespace(laboratory.namespace));
    return laboratory;
  }

  async close(): Promise<void> {
    await this.kubectl("delete", "namespace", this.namespace, "--timeout=120s");
  }

  /** The first name of a local image that contains a text. */
  image(text: string): string {
    const name = everyReference.find((each) => each.includes(text));
    if (!name) throw new Error(`no local image of ${text}`);
    return name;
  }

  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await this.run(args);
    return stdout;
  }

  async apply(...items: unknown[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.run(["apply", "-f", "-"], input);
  }

  /** Output of a command in a pod's container, whatever its exit code, and that code. */
  async exec(pod: string, container: string, command: string[]): Promise<{ output: string; code: number }> {
    const args = ["exec", pod, "-c", container, "--", ...command];
    const { all, exitCode } = await execa(this.toolchain.bin("kubectl"), this.flags(args), {
      all: true,
      reject: false,
    });
    return { output: all, code: exitCode ?? 1 };
  }

  /**
   * Output of curl, run in a pod's container. A Service refuses for a moment after its pod is Ready, until the
   * node's proxy has heard of it: such an answer is waited out.
   */
  async curl(pod: string, container: string, ...args: string[]): Promise<string> {
    const refused = 7;
    const end = Date.now() + 30_000;
    for (;;) {
      const { output, code } = await this.exec(pod, container, ["curl", "-sS", "-m", "20", ...args]);
      if (code !== refused || Date.now() > end) return output;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async ready(...pods: string[]): Promise<void> {
    await this.kubectl("wait", "--for=condition=Ready", "--timeout=120s", ...pods.map((pod) => `pod/${pod}`));
  }

  /** Waits until a pod has ended, and tells how and what its container wrote. */
  async end(pod: string, container: string): Promise<{ phase: string; log: string }> {
    const ended = "--for=jsonpath={.status.phase}";
    await Promise.any([
      this.kubectl("wait", `${ended}=Succeeded`, "--timeout=120s", `pod/${pod}`),
      this.kubectl("wait", `${ended}=Failed`, "--timeout=120s", `pod/${pod}`),
    ]);
    return {
      phase: await this.kubectl("get", "pod", pod, "-o", "jsonpath={.status.phase}"),
      log: await this.kubectl("logs", pod, "-c", container),
    };
  }

  private run(args: string[], input?: string) {
    return execa(this.toolchain.bin("kubectl"), this.flags(args), input === undefined ? {} : { input });
  }

  private flags(args: string[]): string[] {
    return [`--kubeconfig=${this.cluster.kubeconfig}`, "-n", this.namespace, ...args];
  }
}
