import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Run } from "../cluster/project.ts";
import type { Registry } from "./registry.ts";

/** A commune's repository, in a folder that was empty, with packages of a registry: commands as somebody types them there. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "commune-repository-"));

  constructor(
    private readonly registry: Registry,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Runs a program, and returns what it said. Throws with all of it if it fails. */
  async run(program: string, ...words: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.ran(program, ...words);
    if (exitCode !== 0) throw new Error(`${program} ${words.join(" ")} exited with ${exitCode}:\n${output}`);
    return output;
  }

  /** Runs a program, whatever it ends with. */
  async ran(program: string, ...words: readonly string[]): Promise<Run> {
    const { exitCode, all } = await execa(program, words, {
      ...{ cwd: this.folder, all: true, reject: false, stdin: "ignore" },
      env: { ...this.environment, ...this.registry.environment, NO_COLOR: "1" },
    });
    return { exitCode: exitCode ?? 1, output: String(all) };
  }

  /** Installs packages in exact versions, `commune-cloud@0.1.0`; without any, what package-lock.json names. */
  install(...packages: readonly string[]): Promise<string> {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
    const words = packages.length > 0 ? ["install", "--save-exact", ...packages] : ["ci"];
    return this.run("npm", ...words, ...quiet);
  }

  /** Runs `npx commune …`. */
  commune(...words: readonly string[]): Promise<string> {
    return this.run("npx", "commune", ...words);
  }

  /** Runs `npx pulumi …`. */
  pulumi(...words: readonly string[]): Promise<string> {
    return this.run("npx", "pulumi", ...words, "--non-interactive");
  }

  /** Commits whatever changed. */
  async commit(message: string): Promise<void> {
    const who = [
      "-c",
      "user.name=Essai",
      "-c",
      "user.email=essai@commune.test",
      "-c",
      "commit.gpgSign=false",
    ];
    await this.run("git", "add", "--all");
    await this.run("git", ...who, "commit", "--quiet", "--message", message);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
