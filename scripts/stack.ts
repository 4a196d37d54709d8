import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { checkout } from "../local/paths.ts";

/** What a stack published: public addresses and first accounts, by service. */
export interface Outputs {
  addresses: Partial<Record<"nextcloud" | "mastodon" | "peertube", string>>;
  accounts: Partial<Record<"nextcloud" | "mastodon" | "peertube", { user: string; password: string }>>;
  /** What publishing for schools takes; nothing in a stack that was applied before it was there. */
  schools?: { url?: string; packagesKey?: string };
  /** Empty where the commune has none. */
  hotspots: Partial<{ url: string; keys: Record<string, string> }>;
  federation: { domain: string };
}

/** One commune's Pulumi stack, driven through the plain command line. */
export class Stack {
  private readonly id: string;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly folder: string;

  /**
   * @param environment added to the process's own: backend, passphrase, kubeconfig, PATH.
   * @param folder of the Pulumi program.
   */
  constructor(id: string, environment: NodeJS.ProcessEnv, folder = checkout) {
    this.id = id;
    this.folder = folder;
    this.environment = { PULUMI_SKIP_UPDATE_CHECK: "true", ...environment };
  }

  /**
   * Creates the stack unless it exists, and sets what it does not have of these settings: a run may have been cut short
   * in between. Throws when its settings are for another cluster.
   */
  async ensure(settings: Readonly<Record<string, string>>): Promise<void> {
    const listed = JSON.parse(await this.run(["stack", "ls", "--json"])) as { name: string }[];
    const isThere = listed.some(({ name }) => name === this.id);
    const known = isThere ? await this.settings() : {};
    if (known.context !== undefined || (isThere && (await this.resourceCount()) > 0))
      refuseOtherCluster(this.id, known.context, settings.context);
    if (!isThere) await this.run(["stack", "init", this.id]);
    for (const [key, value] of Object.entries(settings)) {
      if (known[key] !== undefined) continue;
      // By standard input: a certificate begins with a dash, like an option.
      await this.run(["config", "set", `commune:${key}`, "-s", this.id], value);
    }
  }

  /**
   * Applies the declaration.
   *
   * @param report called with each line that says what is being made.
   * @returns how many resources the stack has.
   */
  async up(report: (line: string) => void): Promise<number> {
    const running = this.start(["up", "--yes", "--skip-preview", "-s", this.id]);
    for await (const line of running.iterable({ from: "all" })) {
      const step = /^ [+~-]+ +\S+ (\S+) (creating|updating|deleting|created|updated|deleted)/.exec(line);
      if (step) report(`${step[1]} ${step[2]}`);
    }
    const { exitCode, all } = await running;
    if (exitCode !== 0) throw new Error(failure("up", this.id, all));
    return this.resourceCount();
  }

  /** Deletes everything that the stack made, then the stack. */
  async destroy(): Promise<void> {
    await this.run(["destroy", "--yes", "--skip-preview", "-s", this.id]);
    await this.run(["stack", "rm", "--yes", this.id]);
  }

  async outputs(): Promise<Outputs> {
    return JSON.parse(
      await this.run(["stack", "output", "--json", "--show-secrets", "-s", this.id]),
    ) as Outputs;
  }

  /** The stack's settings, without the secret ones' values. */
  private async settings(): Promise<Record<string, string>> {
    const written = JSON.parse(await this.run(["config", "--json", "-s", this.id])) as Record<
      string,
      { value?: string }
    >;
    return Object.fromEntries(
      Object.entries(written).map(([key, { value = "" }]) => [key.replace(/^commune:/, ""), value]),
    );
  }

  private async resourceCount(): Promise<number> {
    const exported = await this.run(["stack", "export", "-s", this.id]);
    const { deployment } = JSON.parse(exported) as { deployment: { resources?: unknown[] } };
    return deployment.resources?.length ?? 0;
  }

  private async run(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, all } = await this.start(args, input);
    if (exitCode !== 0) throw new Error(failure(args[0] ?? "", this.id, all));
    return stdout;
  }

  private start(args: readonly string[], input?: string) {
    return execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: this.environment,
      all: true,
      reject: false,
      ...(input === undefined ? {} : { input }),
    });
  }
}

/** What Pulumi said of the reason: its diagnostics, or the end of its output when it has none. */
export function failure(verb: string, id: string, output: string): string {
  const lines = output.trimEnd().split("\n");
  const start = lines.indexOf("Diagnostics:");
  const length = lines.slice(start + 1).findIndex((line) => /^(Outputs|Resources):/.test(line));
  const reason =
    start === -1 ? lines.slice(-25) : lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  return `pulumi ${verb} of ${id} failed:\n${reason.join("\n").trimEnd()}\nRun it again to go on from where it stopped: npx pulumi ${verb} -s ${id}`;
}

/** Throws when a stack's settings are for another cluster than the one that is asked for. */
export function refuseOtherCluster(id: string, has: string | undefined, asked: string | undefined): void {
  if (has === asked) return;
  const [its, wanted] = [has, asked].map((context) =>
    context === undefined ? "the current context, or the cluster of this machine" : `context ${context}`,
  );
  throw new Error(
    `the settings of the stack ${id} (stacks/Pulumi.${id}.yaml) are for ${its}, not for ${wanted}: applying them would go to the wrong cluster. Nothing was changed. Undo the other demo first, or move that file away.`,
  );
}

/** The context of the cluster that a settings file is for, if it names one. */
export function contextIn(file: string): string | undefined {
  // A file without a line is one too.
  const written = yaml.load(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | undefined;
  const context = written?.config?.["commune:context"];
  return typeof context === "string" ? context : undefined;
}

/** The settings file that a local stack leaves in the checkout. */
export function settingsFile(id: string): string | undefined {
  const file = join(checkout, "stacks", `Pulumi.${id}.yaml`);
  return existsSync(file) ? file : undefined;
}
