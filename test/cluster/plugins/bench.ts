import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import {
  type EngineEvent,
  LocalWorkspace,
  type OpType,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import { execa } from "execa";
import { inject } from "vitest";
import { openCluster } from "../../../local/cluster/index.ts";
import { linkInstalledPlugins, placePlugins } from "../../../local/plugins/index.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { folderBackend, pulumiHome, withoutRunLogs } from "../../../local/toolchain/pulumi.ts";
import { watch } from "../failed/evidence.ts";

// Inline programs share this process, and grpc-js a pool of connections by address: a port that a dead engine had
// is refused to the next engine on it ("No connection established. Last error: null") unless each client has its own.
// The SDK declares the options internal, so their absence must not pass unnoticed.
const { grpcClientOptions } = settings as { grpcClientOptions?: Record<string, unknown> };
if (!grpcClientOptions)
  throw new Error("This @pulumi/pulumi has no grpcClientOptions: see why bench.ts needs them.");
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** The image of the conformance programs: it has a shell, and every local cluster holds it. */
export const shellImage = "debian:13-slim";

/** Result of one preview or run: the operation of each resource by its logical name, and everything it printed. */
export interface Outcome {
  /** Undefined when the run succeeded. */
  error: string | undefined;
  /** In the order in which the engine took the steps. */
  steps: { op: OpType; name: string }[];
  /** The changed paths by logical name, such as `spec.replicas`. */
  changed: Record<string, string[]>;
  outputs: Record<string, unknown>;
  text: string;
  seconds: number;
}

/**
 * A place to run small Pulumi programs with the local plugins: the real engine, the running local cluster, one
 * namespace and one file backend for the test file.
 */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "commune-plugins-"));
  private stacks: Stack[] = [];

  private constructor(
    readonly namespace: string,
    readonly kubeconfig: string,
    readonly environment: Record<string, string>,
    private readonly kubectlProgram: string,
  ) {}

  /** Opens the cluster that the test files share; name becomes part of a namespace of it. */
  static async open(name: string): Promise<Bench> {
    const cluster = openCluster(inject("cluster"));
    const toolchain = await buildToolchain({ report: () => undefined });
    const environment: Record<string, string> = {
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
    watch(cluster.environment, `plugins-${name}`);
    const bench = new Bench(`plugins-${name}`, cluster.kubeconfig, environment, toolchain.bin("kubectl"));
    for (const part of ["bin", "home", "state"]) mkdirSync(join(bench.folder, part));
    symlinkSync(toolchain.bin("pulumi"), join(bench.folder, "bin", "pulumi"));
    environment.PULUMI_HOME = join(bench.folder, "home");
    environment.PULUMI_BACKEND_URL = folderBackend(join(bench.folder, "state"));
    linkInstalledPlugins(pulumiHome(), environment.PULUMI_HOME);
    placePlugins(toolchain, environment);
    withoutRunLogs(environment.PULUMI_HOME);
    await bench.kubectl("delete", "namespace", bench.namespace, "--ignore-not-found");
    await bench.kubectl("create", "namespace", bench.namespace);
    return bench;
  }

  /** The explicit provider of a program; call it inside the program. */
  provider(settings: k8s.ProviderArgs = {}): k8s.Provider {
    return new k8s.Provider("local", { kubeconfig: this.kubeconfig, namespace: this.namespace, ...settings });
  }

  /** A new stack of its own project. */
  async stack(name: string): Promise<Run> {
    const stack = await LocalWorkspace.createStack(
      { stackName: name, projectName: "plugins", program: async () => undefined },
      {
        workDir: mkdtempSync(join(this.folder, `${name}-`)),
        envVars: this.environment,
        pulumiCommand: await PulumiCommand.get({ root: this.folder, skipVersionCheck: true }),
      },
    );
    this.stacks.push(stack);
    return new Run(stack, join(this.folder, "state", ".pulumi", "stacks", "plugins", `${name}.json`));
  }

  /** Runs kubectl in the namespace of this bench; throws with its message when it fails. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa(this.kubectlProgram, [
      `--kubeconfig=${this.kubeconfig}`,
      `--namespace=${this.namespace}`,
      ...args,
    ]);
    return stdout;
  }

  /** One field of one object, or undefined when the object is not there. */
  async field(object: string, path: string): Promise<string | undefined> {
    const found = await this.kubectl("get", object, "--ignore-not-found", "-o", `jsonpath=${path}`);
    return found === "" ? undefined : found;
  }

  /** Removes everything that the programs made. */
  async close(): Promise<void> {
    await this.kubectl("delete", "namespace", this.namespace, "--wait=false");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One stack of a bench. */
export class Run {
  constructor(
    private readonly stack: Stack,
    private readonly stateFile: string,
  ) {}

  /** The state as it lies on the disk, secrets encrypted. */
  get state(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  preview(program: PulumiFn, options: { refresh?: boolean } = {}): Promise<Outcome> {
    return this.outcome(async (onEvent, onOutput) => {
      await this.stack.preview({ program, onEvent, onOutput, ...options });
      return {};
    });
  }

  /** Returns what the stack published after its last complete run. */
  async published(): Promise<Record<string, unknown>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]));
  }

  /** Applies a program without a preview. */
  up(program: PulumiFn, options: { refresh?: boolean; parallel?: number } = {}): Promise<Outcome> {
    return this.outcome(async (onEvent, onOutput) => {
      const { outputs } = await this.stack.up({ program, onEvent, onOutput, ...options });
      return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]));
    });
  }

  refresh(): Promise<Outcome> {
    return this.outcome(async (onEvent, onOutput) => {
      await this.stack.refresh({ onEvent, onOutput });
      return {};
    });
  }

  destroy(): Promise<Outcome> {
    return this.outcome(async (onEvent, onOutput) => {
      await this.stack.destroy({ onEvent, onOutput });
      return {};
    });
  }

  private async outcome(
    action: (
      onEvent: (event: EngineEvent) => void,
      onOutput: (text: string) => void,
    ) => Promise<Record<string, unknown>>,
  ): Promise<Outcome> {
    const result: Outcome = { error: undefined, steps: [], changed: {}, outputs: {}, text: "", seconds: 0 };
    const began = performance.now();
    const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
      if (diagnosticEvent && !isDebug(diagnosticEvent)) result.text += diagnosticEvent.message;
      if (!resourcePreEvent) return;
      const { op, urn, detailedDiff } = resourcePreEvent.metadata;
      const name = urn.split("::").at(-1) ?? urn;
      result.steps.push({ op, name });
      if (detailedDiff) result.changed[name] = Object.keys(detailedDiff).sort();
    };
    try {
      result.outputs = await action(onEvent, (text) => {
        result.text += text;
      });
    } catch (error) {
      result.error = String(error);
    }
    result.seconds = (performance.now() - began) / 1000;
    return result;
  }
}

/** The engine sends its debug lines too, with a severity that the SDK's type does not list. */
const isDebug = ({ severity }: { severity: string }): boolean => severity === "debug";

/** The operations on one resource, in order, without `same`. */
export function operations(outcome: Outcome, name: string): OpType[] {
  return outcome.steps.filter((step) => step.name === name && step.op !== "same").map((step) => step.op);
}

/** Every step that does something; reading for a refresh does not count. */
export function changes(outcome: Outcome): string[] {
  return outcome.steps
    .filter(({ op }) => op !== "same" && op !== "refresh")
    .map(({ op, name }) => `${op} ${name}`);
}

/** Throws with everything the engine said when a run failed. */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.error) throw new Error(`${outcome.error}\n${outcome.text}`);
  return outcome;
}
