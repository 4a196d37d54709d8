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

/** What the gate knows when a preview has ended. */
export interface Whole {
  outputs: Record<string, string>;
  /** Which resources a part of a resource is made from, by their names. */
  sources: Record<string, Record<string, string[]>>;
}

/** What an update may do: these resources, with these parts; or why it may do nothing. */
export type Verdict = { resources: Record<string, Counted> } | { refused: readonly string[] };

/** How long the gate waits for a verdict, milliseconds: whoever is to give it may have been killed. */
const longestWait = 120_000;

/**
 * A folder of one run in which a command and its gate, which is a process of the engine's, tell each other what they
 * know. It holds the key that values are counted with, and is readable by its owner alone.
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

  /** What `--policy-pack-config` is given: where the folder is. */
  get settings(): string {
    return this.file("pack.json");
  }

  /** Says what values are counted with; nothing where the commune has no seed yet. */
  giveKey(key: Buffer | undefined): void {
    this.put("key.json", { key: key?.toString("base64") });
  }

  /** What values are counted with, when it is given: the engine starts beside the reading of the state that holds it. */
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

  /** What the gate saw; nothing while the preview goes on. */
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

  /** The verdict, when it is there; nothing where nobody gives one. */
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
