import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

/** A process of a site, which is killed and started again. */
export class SiteProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    private readonly command: readonly [string, ...string[]],
    private readonly env: Record<string, string>,
    readonly log: string,
    private readonly cwd?: string,
  ) {}

  start(): void {
    const [program, ...words] = this.command;
    // It writes itself: what comes through a pipe may come after the site's folder is gone.
    const log = openSync(this.log, "a");
    // A group of its own: what it has started is killed with it, as in a pod.
    this.child = spawn(program, words, {
      env: { ...process.env, ...this.env },
      cwd: this.cwd,
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, signal);
    await ended;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Stops it without ending it: what it is asked, it does not answer. */
  freeze(signal: "SIGSTOP" | "SIGCONT"): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, signal);
  }
}
