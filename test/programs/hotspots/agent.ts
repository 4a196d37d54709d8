import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

/** One member of a tar archive, as the device would find it. */
export type Files = Record<string, string>;

/** Reason for which the agent ended for good. */
export type Stopped = "no controller" | "deleted";

export interface AgentOptions {
  /** Address of the server; it moves when a test starts another one. */
  url: string;
  uuid: string;
  key: string;
  /** Stands for curl: throws where curl would fail. */
  fetch?: typeof fetch;
  /** Puts an archive into effect; throws where openwisp-update-config would fail. */
  apply?: (files: Files) => void;
}

/**
 * A double of openwisp-config's agent, written from its protocol (openwisp-config 1.2.1, files/openwisp.agent): same
 * requests in the same order, same decisions, no waiting between tries. It does not prove what OpenWrt does with a
 * configuration.
 */
export class Agent {
  /** Files in effect on the device. */
  files: Files = {};
  stopped: Stopped | undefined;
  url: string;
  private checksum: string | undefined;
  private readonly fetch: typeof fetch;

  constructor(private readonly options: AgentOptions) {
    this.url = options.url;
    this.fetch = options.fetch ?? fetch;
  }

  /** At boot: tells what it is. */
  async boot(): Promise<void> {
    const form = { key: this.options.key, model: "TP-Link EAP225", os: "OpenWrt 24.10", system: "QCA9563" };
    await this.post("update-info", form);
  }

  /** One turn of the agent's loop. Tells what came of it. */
  async cycle(): Promise<"unchanged" | "applied" | "error" | "unreachable" | "stopped"> {
    const answer = await this.getChecksum();
    if (this.stopped) return "stopped";
    if (answer === undefined) return "unreachable";
    if (answer === this.checksum) return "unchanged";
    const bytes = await this.download();
    if (bytes === undefined) return "unreachable";
    if (createHash("md5").update(bytes).digest("hex") !== answer) return "unreachable";
    const backup = this.files;
    const applied = await this.applyAndTest(bytes);
    if (!applied) this.restore(backup);
    this.checksum = answer;
    const told = await this.report(applied);
    if (!told) this.checksum = undefined;
    return applied ? "applied" : "error";
  }

  private async applyAndTest(bytes: Buffer): Promise<boolean> {
    try {
      const files = untar(gunzipSync(bytes));
      this.options.apply?.(files);
      this.files = files;
    } catch {
      return false;
    }
    for (let attempt = 0; attempt < 10; attempt++) {
      const reached = await this.get("checksum").then(
        () => true,
        () => false,
      );
      if (reached) return true;
    }
    return false;
  }

  private restore(backup: Files): void {
    this.files = backup;
    this.options.apply?.(backup);
  }

  private async report(applied: boolean): Promise<boolean> {
    const form = applied
      ? { key: this.options.key, status: "applied" }
      : {
          key: this.options.key,
          status: "error",
          error_reason: `daemon.err: curl failed for ${this.address("checksum")}?key=${this.options.key}`,
        };
    const response = await this.post("report-status", form).catch(() => undefined);
    return response?.status === 200;
  }

  private async getChecksum(): Promise<string | undefined> {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const response = await this.get("checksum").catch(() => undefined);
      if (response?.status === 404 && attempt === 5) {
        this.stopped = "deleted";
        return undefined;
      }
      if (response?.status !== 200) continue;
      if (!this.isController(response)) return undefined;
      return (await response.text()).trimEnd().split("\n").at(-1);
    }
    return undefined;
  }

  private async download(): Promise<Buffer | undefined> {
    const response = await this.get("download-config").catch(() => undefined);
    return response?.status === 200 ? Buffer.from(await response.arrayBuffer()) : undefined;
  }

  private isController(response: Response): boolean {
    const isOne = response.headers.get("x-openwisp-controller") === "true";
    if (!isOne) this.stopped = "no controller";
    return isOne;
  }

  private address(action: string): string {
    return `${this.url}/controller/${action}/${this.options.uuid}/`;
  }

  private get(action: string): Promise<Response> {
    return this.fetch(`${this.address(action)}?key=${this.options.key}`);
  }

  private async post(action: string, form: Record<string, string>): Promise<Response> {
    const response = await this.fetch(this.address(action), {
      method: "POST",
      body: new URLSearchParams(form),
    });
    this.isController(response);
    return response;
  }
}

/** The files of a tar archive of regular files, by path. */
export function untar(bytes: Buffer): Files {
  const files: Files = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 135), 8);
    files[name] = bytes.toString("utf8", at + 512, at + 512 + size);
    at += 512 * (1 + Math.ceil(size / 512));
  }
  return files;
}
