import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Counted } from "../approval/parts.ts";

/** A resource as the gate counted it. */
export interface Seen extends Counted {
  urn: string;
}

/** Facts that the gate knows at the end of a preview. */
export interface Whole {
  outputs: Record<string, string>;
  /** Names of the resources that a part of a resource is made from. */
  sources: Record<string, Record<string, string[]>>;
}

/** Resources that an update may change, with their parts; or the reasons why it may change nothing. */
export type Verdict = { resources: Record<string, Counted> } | { refused: readonly string[] };

/** The longest time that the gate waits for a verdict, in milliseconds: whoever gives it may have been killed. */
const longestWait = 120_000;

/**
 * A folder of one run in which a command and its gate, which is a process of the engine's, exchange what they know.
 * It holds the key that values are hashed with, and is readable by its owner alone.
 */
export class Exchange {
  constructor(readonly folder: string) {}

  /** Makes a folder. `isAsked`: whether the gate is to wait for a verdict at the end of the preview. */
  static open({ isAsked }: { isAsked: boolean }): Exchange {
    const exchange = new Exchange(mkdtempSync(join(tmpdir(), "commune-gate-")));
    if (isAsked) writeFileSync(exchange.file("ask"), "");
    const settings = Object.fromEntries(gatePolicies.map((name) => [name, { folder: exchange.folder }]));
    writeFileSync(exchange.settings, JSON.stringify(settings));
    return exchange;
  }

  /** Path for `--policy-pack-config`: a file that names the folder. */
  get settings(): string {
    return this.file("pack.json");
  }

  /** Writes the key that values are hashed with; undefined if the commune has no seed yet. */
  giveKey(key: Buffer | undefined): void {
    this.put("key.json", { key: key?.toString("base64") });
  }

  /** Waits for the key that values are hashed with: the engine starts while the state that holds it is being read. */
  async awaitKey(): Promise<Buffer | undefined> {
    for (const end = Date.now() + longestWait; Date.now() < end; await sleep(20)) {
      if (!existsSync(this.file("key.json"))) continue;
      const { key } = JSON.parse(readFileSync(this.file("key.json"), "utf8")) as { key?: string };
      return key === undefined ? undefined : Buffer.from(key, "base64");
    }
    throw new Error("nobody says what values are counted with. Run it again.");
  }

  see(seen: Seen): void {
    appendFileSync(this.file("seen.jsonl"), `${JSON.stringify(seen)}\n`);
  }

  /** The preview is over, and this is what it came to. */
  end(whole: Whole): void {
    this.put("whole.json", whole);
  }

  /** Returns what the gate saw; undefined while the preview runs. */
  read(): ({ seen: Seen[] } & Whole) | undefined {
    if (!existsSync(this.file("whole.json"))) return undefined;
    const lines = readFileSync(this.file("seen.jsonl"), "utf8").trimEnd().split("\n");
    const whole = JSON.parse(readFileSync(this.file("whole.json"), "utf8")) as Whole;
    return { seen: lines.map((line) => JSON.parse(line) as Seen), ...whole };
  }

  decide(verdict: Verdict): void {
    this.put("verdict.json", verdict);
  }

  get verdict(): Verdict | undefined {
    return existsSync(this.file("verdict.json"))
      ? (JSON.parse(readFileSync(this.file("verdict.json"), "utf8")) as Verdict)
      : undefined;
  }

  get isAsked(): boolean {
    return existsSync(this.file("ask"));
  }

  /** Waits for the verdict; undefined if none is given in time. */
  async awaitVerdict(): Promise<Verdict | undefined> {
    for (const end = Date.now() + longestWait; Date.now() < end; await sleep(50)) {
      if (this.verdict) return this.verdict;
    }
    return undefined;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  /** The other side sees all of it or nothing. */
  private put(name: string, value: object): void {
    const partial = this.file(`${name}.partial`);
    writeFileSync(partial, JSON.stringify(value), { mode: 0o600 });
    renameSync(partial, this.file(name));
  }
}

/** The names of the gate's two policies, as `--policy-pack-config` has them. */
export const gatePolicies = ["approved", "approved-whole"] as const;
