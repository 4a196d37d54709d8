import { join } from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { vi } from "vitest";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { descriptorsOf } from "../../scripts/directory.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import type { Surroundings } from "../../scripts/recovery/points.ts";
import { type Outputs, Stack } from "../../scripts/stack.ts";
import type { Metropolis } from "./federation/metropolis.ts";

/** Commands of recovery, of a commune whose vaults are on the same local cluster. */
export class Recovering {
  readonly outputs: Outputs;
  readonly fetch: Fetch;
  readonly surroundings: Surroundings & { stackOf(): Stack };
  private readonly dispatcher: ReturnType<typeof agentFor>;

  private constructor(
    cluster: Cluster,
    stack: Stack,
    { stacks, outputs }: { stacks: string; outputs: Outputs },
  ) {
    this.outputs = outputs;
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    const doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
    const dispatcher = agentFor(doorway);
    this.dispatcher = dispatcher;
    this.fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;
    this.surroundings = {
      stacks,
      stackOf: () => stack,
      outputsOf: async () => outputs,
      kubectl: async (words, input) =>
        (await execa("kubectl", words, { env: cluster.environment, ...(input !== undefined && { input }) }))
          .stdout,
      fetch: this.fetch,
      now: () => new Date(),
      descriptors: (asked) => descriptorsOf(stacks, asked, doorway),
    };
  }

  /** After the commune's update, whose outputs say where the vaults are. */
  static async of(
    cluster: Cluster,
    { project }: Pick<Metropolis, "project">,
    commune: string,
  ): Promise<Recovering> {
    const stack = new Stack(commune, project.environment, project.folder);
    const outputs = await stack.outputs();
    return new Recovering(cluster, stack, { stacks: join(project.folder, "stacks"), outputs });
  }

  /** Returns what a command prints, and its exit code. */
  run(
    make: (surroundings: Recovering["surroundings"]) => Command,
    words: readonly string[],
  ): Promise<{ said: string; code: unknown }> {
    return saidBy(make(this.surroundings), words);
  }

  async end(): Promise<void> {
    await this.dispatcher.close();
  }
}

/** Returns what a command prints, and its exit code. */
export async function saidBy(
  command: Command,
  words: readonly string[],
): Promise<{ said: string; code: unknown }> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  process.exitCode = undefined;
  try {
    await command.parseAsync([...words], { from: "user" });
    return { said: said.join("\n"), code: process.exitCode };
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}
