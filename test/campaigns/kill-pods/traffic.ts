import type { ServiceName, Write, Writer } from "./writers.ts";

/** One attempt to write. Times are milliseconds since 1970. */
interface Attempt {
  service: ServiceName;
  started: number;
  ended: number;
  /** Reason for which it was not acknowledged; undefined if it was. */
  failure: string | undefined;
}

// At most four writes a second for each service: enough to see a gap, little enough for a small machine.
const pause = 250;
const quietAttempts = 8;
const lookingAtOnce = 6;

/** Writes to every service, one write after the other for each, until it is stopped. */
export class Traffic {
  private readonly attempts: Attempt[] = [];
  private readonly writes: { service: ServiceName; at: number; write: Write }[] = [];
  private readonly services: ServiceName[];
  private readonly loops: Promise<void>[];
  private stopping = false;

  constructor(writers: Readonly<Record<ServiceName, Writer>>) {
    this.services = Object.keys(writers) as ServiceName[];
    this.loops = this.services.map((service) => this.loop(service, writers[service]));
  }

  /** Returns when each service has acknowledged several writes in a row that began after `from`. */
  async settled(from: number, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const unsettled = this.services.filter((service) => {
        const last = this.of(service, from).slice(-quietAttempts);
        return last.length < quietAttempts || last.some(({ failure }) => failure !== undefined);
      });
      if (unsettled.length === 0) return;
      if (Date.now() > deadline) {
        const reasons = unsettled.map((service) => `${service}: ${this.of(service, from).at(-1)?.failure}`);
        throw new Error(`still failing after ${seconds} s: ${reasons.join("; ")}`);
      }
      await sleep(100);
    }
  }

  /** Seconds for which each service was interrupted since a moment, and the number of writes that failed. */
  since(moment: number): { interrupted: Partial<Record<ServiceName, number>>; failed: number } {
    const interrupted: Partial<Record<ServiceName, number>> = {};
    let failed = 0;
    for (const service of this.services) {
      // A write that was under way when the kill came counts: its answer is what the kill took.
      const attempts = this.attempts.filter(
        (attempt) => attempt.service === service && attempt.ended >= moment,
      );
      const failures = attempts.filter(({ failure }) => failure !== undefined);
      failed += failures.length;
      const [first, last] = [failures[0], failures.at(-1)];
      if (!first || !last) continue;
      const good = attempts.find(({ started, failure }) => failure === undefined && started >= last.ended);
      interrupted[service] = ((good?.ended ?? Number.NaN) - first.started) / 1000;
    }
    return { interrupted, failed };
  }

  /** The longest that a client of each service waited for an answer since a moment, be it none, seconds. */
  longest(moment: number): Partial<Record<ServiceName, number>> {
    const longest: Partial<Record<ServiceName, number>> = {};
    for (const { service, started, ended } of this.attempts)
      if (ended >= moment) longest[service] = Math.max(longest[service] ?? 0, (ended - started) / 1000);
    return longest;
  }

  /** Returns the reasons for which writes of a service failed since a moment, the most frequent first. */
  reasons(service: ServiceName, moment: number): string[] {
    const counts = new Map<string, number>();
    for (const { failure } of this.of(service, moment))
      if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
    return [...counts]
      .sort(([, one], [, other]) => other - one)
      .map(([why, count]) => `${count} × ${why.trim()}`);
  }

  /** Ends the loops after the writes that are under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  acknowledged(): Record<ServiceName, number> {
    const counts = { nextcloud: 0, mastodon: 0, peertube: 0 };
    for (const { service } of this.writes) counts[service]++;
    return counts;
  }

  /** Looks at every acknowledged write; says which are not there as they were written. */
  async lost(): Promise<string[]> {
    const lost: string[] = [];
    const waiting = [...this.writes];
    const look = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const wrong = await next.write.missing();
        if (wrong === undefined) continue;
        lost.push(
          `${next.service} ${next.write.address}, acknowledged ${new Date(next.at).toISOString()}: ${wrong}`,
        );
      }
    };
    await Promise.all(Array.from({ length: lookingAtOnce }, look));
    return lost.sort();
  }

  private of(service: ServiceName, from: number): Attempt[] {
    return this.attempts.filter((attempt) => attempt.service === service && attempt.started >= from);
  }

  private async loop(service: ServiceName, writer: Writer): Promise<void> {
    while (!this.stopping) {
      const started = Date.now();
      const failure = await writer().then(
        (write) => {
          this.writes.push({ service, at: Date.now(), write });
          return undefined;
        },
        (error: Error) => error.message,
      );
      this.attempts.push({ service, started, ended: Date.now(), failure });
      await sleep(pause);
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
