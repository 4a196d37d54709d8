import { join } from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { vi } from "vitest";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { streamWith } from "../../scripts/export/data.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import type { Surroundings } from "../../scripts/recovery/points.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { feedWith } from "../../scripts/tenant/bring.ts";
import type { Project } from "./project.ts";

/** A commune that hosts associations, as it is applied, and who keeps its copies. */
export interface Hosting {
  project: Project;
  outputs: Outputs;
  /** The commune whose vault it is. */
  host: string;
  /** Through the ingress controller. */
  fetch: Fetch;
}

/** The vault of its host, opened as the commune does. */
export function vaultOf({ outputs, host, fetch }: Hosting): OpenVault {
  const access = outputs.vaults?.[host];
  if (access === undefined) throw new Error("nothing opens the vault");
  return new OpenVault(host, access, fetch);
}

/** Surroundings of commands of associations. */
export const tenantTools = (hosting: Hosting) => ({
  stacks: join(hosting.project.folder, "stacks"),
  seedOf: (id: string) => stackSeed(hosting.project, id).read(),
  kubectl: () => new Kubectl(hosting.project.environment),
  contextOf: () => undefined,
  ask: undefined,
  stream: streamWith(() => hosting.project.environment),
  feed: feedWith(() => hosting.project.environment),
  now: () => new Date(),
  vaults: async () => [vaultOf(hosting)],
});

/** Surroundings of commands of restore points. */
export const pointTools = ({ project, outputs, fetch }: Hosting): Surroundings => ({
  stacks: join(project.folder, "stacks"),
  outputsOf: async () => outputs,
  kubectl: async (words, input) =>
    (await execa("kubectl", words, { env: project.environment, ...(input !== undefined && { input }) }))
      .stdout,
  fetch,
  now: () => new Date(),
  descriptors: async () => [],
});

/** Returns what a command prints. */
export async function told(command: Command, words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(String(line)));
  try {
    await command.parseAsync([...words], { from: "user" });
    return said.join("\n");
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}
