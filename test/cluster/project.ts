import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa, type Options } from "execa";
import yaml from "js-yaml";
import { z } from "zod";
import { lockFile } from "../../components/foundation/image/lock.ts";
import { checkout } from "../../local/paths.ts";
import { folderBackend } from "../../local/toolchain/pulumi.ts";
import { claimCommune } from "./claims.ts";
import { keepEvidence, remember, watch } from "./failed/evidence.ts";
import { isKept } from "./shared.ts";

/** Files and folders of the program. */
const toolkit = [
  ...["index.ts", "program.ts", "main.js", "compile.js", "preload.js", "loader.js"],
  ...[
    "audit",
    "charts",
    "components",
    "programs",
    "policies",
    "Pulumi.yaml",
    "package.json",
    "tsconfig.json",
  ],
];

/** A run of `pulumi`. */
export interface Run {
  exitCode: number;
  output: string;
}

/** Counts of a preview or an update, by operation: `{ create: 3, same: 60 }`. */
export type Changes = Record<string, number>;

/**
 * A copy of the program with a backend, a passphrase and declarations of its own, so that a test can change
 * anything without touching the checkout.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "commune-project-"));
  readonly environment: NodeJS.ProcessEnv;
  private readonly watched: ReturnType<typeof watch>;

  /**
   * @param environment what `commune local env` gives: PATH and KUBECONFIG.
   * @param from the checkout that is copied: another version of the program, for benches.
   */
  constructor(environment: NodeJS.ProcessEnv, from = checkout) {
    this.take(from);
    cpSync(join(from, "stacks"), join(this.folder, "stacks"), {
      recursive: true,
      filter: (path) => !/\/stacks\/Pulumi\.[^/]*$/.test(path),
    });
    mkdirSync(join(this.folder, "state"));
    this.environment = {
      ...environment,
      PULUMI_BACKEND_URL: folderBackend(join(this.folder, "state")),
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
    this.watched = watch(this.environment);
  }

  /** Puts the program of another checkout in the place of this one. Declarations, settings and state stay. */
  take(from: string): void {
    for (const entry of toolkit) {
      rmSync(join(this.folder, entry), { recursive: true, force: true });
      // A former version may not have it yet.
      if (existsSync(join(from, entry)))
        cpSync(join(from, entry), join(this.folder, entry), { recursive: true });
    }
    rmSync(join(this.folder, "node_modules"), { force: true });
    symlinkSync(join(from, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Creates a stack whose data may be deleted, with other settings of `commune:` beside that. */
  async createStack(stack: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.succeed("stack", "init", stack);
    this.set(stack, { data: "disposable", ...settings });
  }

  /** Writes plain settings of `commune:` as `pulumi config set` would, without starting it for each. */
  set(stack: string, settings: Readonly<Record<string, string>>): void {
    const file = join(this.folder, "stacks", `Pulumi.${stack}.yaml`);
    const { config, ...rest } = z
      .looseObject({ config: z.record(z.string(), z.unknown()).default({}) })
      .parse(yaml.load(readFileSync(file, "utf8")));
    const own = Object.entries(settings).map(([key, value]) => [`commune:${key}`, value.trimEnd()]);
    writeFileSync(file, yaml.dump({ ...rest, config: { ...config, ...Object.fromEntries(own) } }));
  }

  /** Compiles the program, as the first preview after a change does. */
  async compile(): Promise<void> {
    await execa("node", ["compile.js"], { cwd: this.folder });
  }

  /** Runs `pulumi`, whatever its exit code. */
  async pulumi(args: readonly string[], options: Options = {}): Promise<Run> {
    const [command, verb, stack] = args;
    if (command === "stack" && verb === "init" && stack !== undefined) {
      claimCommune(stack, basename(dirname(this.environment.KUBECONFIG ?? "")));
      this.watched.namespaces.add(`${stack}-`);
    }
    const { exitCode, all } = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.environment,
      all: true,
      reject: false,
      ...options,
    });
    remember(this.watched, `pulumi ${args.join(" ")}`, String(all));
    return { exitCode: exitCode ?? 1, output: String(all) };
  }

  /** Runs `pulumi` and returns what it said; throws with all of it when it fails. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.pulumi(args);
    if (exitCode !== 0)
      throw new Error(`pulumi ${args.join(" ")} exited with ${exitCode}:\n${output}${await keepEvidence()}`);
    return output;
  }

  /**
   * Applies a stack and returns how many resources had which operation. Without a preview, which nobody would read here and
   * which runs the program once more: what a preview refuses is for tests to ask {@link pulumi} for.
   */
  async up(stack: string, ...args: readonly string[]): Promise<Changes> {
    const output = await this.succeed("up", "-s", stack, "--yes", "--skip-preview", ...args);
    return changesOf(output);
  }

  /** Starts `pulumi` in a process group of its own, to be killed: what it has done by then is in the state. */
  start(...args: readonly string[]) {
    return execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      env: { ...this.environment, PULUMI_SKIP_CHECKPOINTS: "false" },
      all: true,
      reject: false,
      detached: true,
    });
  }

  /** Writes which build of each image runs. */
  pin(lock: string): void {
    writeFileSync(join(this.folder, "stacks", lockFile), lock);
  }

  /** Writes the declaration of a commune. */
  declare(commune: string, yaml: string): void {
    const folder = join(this.folder, "stacks", commune);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "commune.yaml"), yaml);
  }

  /** Changes a file of the project. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${file} was not changed by the edit`);
    writeFileSync(path, after);
  }

  /**
   * Takes down what a test file brought up. A cluster that is kept may have nothing left of it; in one that goes after
   * the tests, namespaces are deleted without waiting for it, so that their pods make room for others.
   */
  async end(...stacks: readonly string[]): Promise<void> {
    if (isKept()) {
      await Promise.all(stacks.map((stack) => this.succeed("destroy", "-s", stack, "--yes")));
    } else {
      const selector = `commune.cloud/commune in (${stacks.join(",")})`;
      await execa("kubectl", ["delete", "namespaces", "--selector", selector, "--wait=false"], {
        env: this.environment,
      });
    }
    this.remove();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Reads the summary that `pulumi` ends with: `+ 60 created`, `61 unchanged`. */
export function changesOf(output: string): Changes {
  const summary = output.slice(output.lastIndexOf("Resources:"));
  const counts = [
    ...summary.matchAll(
      /(\d+) (created|updated|deleted|replaced|unchanged|to create|to update|to delete|to replace)/g,
    ),
  ];
  return Object.fromEntries(
    counts.map(([, count, operation]) => [operation?.replace("to ", ""), Number(count)]),
  );
}
