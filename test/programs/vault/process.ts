import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "../../../components/foundation/program/bundle.ts";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { freePort } from "../../free-port.ts";
import type { Repository } from "./restic.ts";
import { guestKey, settings } from "./vault.ts";

/** A vault in a process of its own, which can be killed and started again on the same volume. */
export class VaultProcess {
  private child: ChildProcess | undefined;
  kills = 0;

  private constructor(
    private readonly folder: string,
    private readonly program: string,
    private readonly port: number,
    private readonly metrics: number,
    private readonly words: readonly string[],
  ) {}

  /**
   * Starts one on a new volume below a folder.
   *
   * @param words for Node, before the program.
   */
  static async start(folder: string, words: readonly string[] = []): Promise<VaultProcess> {
    writeFileSync(join(folder, "settings.json"), JSON.stringify({ ...settings, quotaBytes: 4 * 1024 ** 3 }));
    mkdirSync(join(folder, "volume"));
    const program = join(folder, "vault.mjs");
    writeFileSync(program, bundle("vault").text);
    const vault = new VaultProcess(folder, program, await freePort(), await freePort(), words);
    await vault.start();
    return vault;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.child = spawn(process.execPath, [...this.words, this.program], {
      env: {
        ...process.env,
        VAULT_SETTINGS: join(this.folder, "settings.json"),
        VAULT_FOLDER: join(this.folder, "volume"),
        VAULT_PORT: String(this.port),
        VAULT_METRICS_PORT: String(this.metrics),
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    while (
      !(await fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (this.child.exitCode !== null) throw new Error(`the vault ended with ${this.child.exitCode}`);
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    if (this.child === undefined) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
    this.kills += 1;
  }

  /** Returns what it has used since it started, as Linux counts it (proc(5)). */
  used(): { cpuSeconds: number; mostMiB: number } {
    const read = (name: string) => readFileSync(`/proc/${this.child?.pid}/${name}`, "utf8");
    // After the program's name, which may have spaces: fields 14 and 15 of all, in hundredths of a second.
    const fields = read("stat").split(") ")[1]?.split(" ") ?? [];
    const most = /^VmHWM:\s+(\d+) kB$/m.exec(read("status"))?.[1];
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
      mostMiB: Number(most) / 1024,
    };
  }
}

/** A repository of its guest in it, as restic takes one. */
export function repositoryAt(url: string, cache: string): Repository {
  return {
    url,
    path: "nextcloud/files-2026q4",
    user: settings.guest,
    password: vaultPassword(guestKey, settings, passOf()),
    cache,
  };
}
