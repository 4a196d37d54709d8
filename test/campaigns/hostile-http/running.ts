import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../../components/foundation/manifest/manifest.ts";
import { bundle } from "../../../components/foundation/program/bundle.ts";

/** A program as it stands in a pod: what its container runs, and what reaches it. */
export interface Program {
  name: string;
  /** Its folder below programs/. */
  source: string;
  /** As in the command of its container. */
  heapMiB: number;
  youngMiB?: number | undefined;
  /** Limit of its container, MiB. */
  limitMiB: number;
  environment: Record<string, string>;
  port: number;
  /** Address of something in it that answers 200. */
  healthy: string;
  /** The longest that it answers to everybody. */
  largest: string;
  /** Paths that it knows. */
  paths: readonly string[];
  /** Headers that its front adds to each request: most of the drawn have them. */
  headers?: readonly string[];
  /** Forms that it reads, each at a path. */
  forms?: readonly { path: string; fields: Record<string, string> }[];
  /** A path that reads a body, and by which method when it is not POST. */
  reads?: string;
  readsBy?: string;
}

/** Limits of the process in a Deployment's pod, MiB: the flags of Node and the limit of memory. */
export function asDeployed(deployment: Deployment): Pick<Program, "heapMiB" | "youngMiB" | "limitMiB"> {
  const { spec } = JSON.parse(JSON.stringify(deployment)) as {
    spec: {
      template: { spec: { containers: { command: string[]; resources: { limits: { memory: string } } }[] } };
    };
  };
  const [container] = spec.template.spec.containers;
  const flag = (name: string) =>
    container?.command.flatMap((word) => (word.startsWith(name) ? [Number(word.slice(name.length))] : []))[0];
  const heapMiB = flag("--max-old-space-size=");
  if (container === undefined || heapMiB === undefined) throw new Error("no program of ours");
  return {
    heapMiB,
    youngMiB: flag("--max-semi-space-size="),
    limitMiB: Number.parseInt(container.resources.limits.memory, 10),
  };
}

/** A program's own process on this machine, with the same settings of Node as in its pod. */
export class Running {
  readonly log: string[] = [];
  private ended: string | undefined;

  private constructor(
    readonly program: Program,
    private readonly child: ChildProcess,
  ) {
    child.on("exit", (code, signal) => {
      this.ended = `ended by ${signal ?? code}`;
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (part: Buffer) => {
        this.log.push(part.toString());
        if (this.log.length > 50) this.log.shift();
      });
  }

  static async start(program: Program): Promise<Running> {
    const { heapMiB, youngMiB, environment } = program;
    const flags = [
      `--max-old-space-size=${heapMiB}`,
      ...(youngMiB === undefined ? [] : [`--max-semi-space-size=${youngMiB}`]),
      "--input-type=module",
    ];
    const child = spawn(process.execPath, [...flags, "-"], { env: { ...process.env, ...environment } });
    child.stdin.end(bundle(program.source).text);
    const running = new Running(program, child);
    await running.answers(20_000);
    return running;
  }

  /** Reason for which it has ended; undefined while it runs. */
  get end(): string | undefined {
    return this.ended && `${this.ended}:\n${this.log.join("")}`;
  }

  /** The most memory that it has held so far, MiB. */
  get peakMiB(): number {
    const status = readFileSync(join("/proc", String(this.child.pid), "status"), "utf8");
    return Math.ceil(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  }

  /** Milliseconds until it answers a plain question. Throws when it has ended, or does not answer in time. */
  async answers(within = 15_000): Promise<number> {
    const begun = Date.now();
    for (;;) {
      if (this.end !== undefined) throw new Error(this.end);
      const status = await fetch(this.program.healthy, {
        signal: AbortSignal.timeout(2000),
        headers: { connection: "close" },
      }).then(
        (response) => response.status,
        () => undefined,
      );
      if (status === 200) return Date.now() - begun;
      if (Date.now() - begun > within) throw new Error(`${this.program.name} does not answer (${status})`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}
