import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** Answer to an upload; the status is 0 if there was none. */
export interface Answer {
  status: number;
  text: string;
}

/** An upload that somebody tried. */
export interface Upload extends Answer {
  /** Milliseconds of the epoch. */
  begun: number;
  ended: number;
  /** Digest of its bytes, by which they are known wherever they are found. */
  digest: string;
}

/** Digest by which bytes are known. */
export const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Bytes of an upload that no other one has. */
export const uniqueBytes = () => randomBytes(20_000);

/** People who upload something of their own again and again, whatever they are answered. */
export class Uploaders {
  readonly uploads: Upload[] = [];
  private readonly ended = new AbortController();
  private readonly running: Promise<unknown>;

  /** @param send sends bytes, and gives up after some seconds. */
  constructor(count: number, send: (bytes: Buffer) => Promise<Answer>) {
    this.running = Promise.all(Array.from({ length: count }, () => this.work(send)));
  }

  private async work(send: (bytes: Buffer) => Promise<Answer>): Promise<void> {
    while (!this.ended.signal.aborted) {
      const bytes = uniqueBytes();
      const begun = Date.now();
      const answer = await send(bytes).catch((error: Error) => ({ status: 0, text: error.message }));
      this.uploads.push({ ...answer, begun, ended: Date.now(), digest: digestOf(bytes) });
      await sleep(400);
    }
  }

  /** Returns those that were begun between two moments. */
  begun(from: number, to = Number.POSITIVE_INFINITY): Upload[] {
    return this.uploads.filter(({ begun }) => begun >= from && begun < to);
  }

  /** Waits until so many that were begun after a moment were taken. Throws after some seconds. */
  async haveTaken(from: number, count: number, seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
      if (this.begun(from).filter(isTaken).length >= count) return;
      if (Date.now() > end)
        throw new Error(`after ${seconds} s: ${JSON.stringify(counted(this.begun(from)))}`);
    }
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }
}

/** Whether an upload was acknowledged. */
export const isTaken = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Returns how many uploads had which answer. */
export function counted(uploads: readonly Upload[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of uploads) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
