import { rename } from "node:fs/promises";
import type { KeeperSettings, KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { type Base, baseSnapshots } from "../../components/recovery/keeper/shipment.ts";
import { showPosition } from "../../components/recovery/keeper/wal.ts";
import type { Copies } from "./copies.ts";
import type { Failures } from "./failures.ts";
import type { Held } from "./held.ts";
import type { Repositories } from "./repository.ts";
import { messageOf } from "./run.ts";
import type { CopiedServer, Observation } from "./server.ts";
import type { Spool, Whole } from "./spool.ts";

type Dumps = KeeperStatus["dumps"];

/** Tools of a daily copy. */
export interface DailyParts {
  settings: KeeperSettings;
  server: CopiedServer;
  libpq: Record<string, string>;
  spool: Pick<Spool, "manifestOf">;
  baseScript: string;
  failures: Failures;
  copies: Pick<Copies, "passOver" | "isSilent">;
  now: () => Date;
  say: (line: object) => void;
}

/** A base, and its size in bytes: of everything in it, or of what changed. */
export interface TakenBase extends Base {
  bytes: number;
}

/** Destination of a whole copy: a vault, and its generations. */
export interface Target {
  held: Pick<Held, "host" | "proveNow">;
  repositories: Repositories;
  base: string;
  dump: string;
}

/** Between two tries, milliseconds. */
const pauseMs = 60_000;

/**
 * Returns a function that waits for a step unless all is stopped before, and then throws: a vault that hangs does not hold up
 * whoever stops it. What was begun of the step ends alone, and nothing follows.
 */
const unlessStopped = (signal: AbortSignal) => {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // It may come while no step is waited for.
  stopped.catch(() => undefined);
  return <Result>(step: Promise<Result>): Promise<Result> => Promise.race([step, stopped]);
};

/** A whole copy of a server, and a dump of each of its databases that no restore point dumps, while the log is shipped. */
export class DailyCopy {
  private running: { host: string; stopped: AbortController; ended: Promise<void> } | undefined;
  private base: TakenBase | undefined;
  private taken: Dumps = [];
  private notBefore = 0;

  constructor(private readonly parts: DailyParts) {}

  /**
   * Begins, unless it runs or a base waits to be used.
   *
   * @param whole the copy that the base is an increment of; undefined for a whole one.
   */
  start(observed: Observation, target: Target, whole: Whole | undefined): void {
    if (!this.isIdle) return;
    this.run(target, async (signal) => {
      this.base =
        (whole && (await this.increment(observed, target, whole, signal))) ??
        (await this.copyServer(observed, target, undefined, signal));
      this.parts.failures.clear("base");
      await this.dumpAll(observed, target, signal);
    });
  }

  /** The dumps alone. */
  startDumps(observed: Pick<Observation, "databases">, target: Target): void {
    if (!this.isIdle) return;
    this.run(target, (signal) => this.dumpAll(observed, target, signal));
  }

  /** Whether a copy can begin. */
  get isIdle(): boolean {
    return this.running === undefined && this.base === undefined && performance.now() >= this.notBefore;
  }

  /** Returns a base that is complete but for the log; to be given back if it cannot be used yet. */
  takeBase(): TakenBase | undefined {
    const { base } = this;
    this.base = undefined;
    return base;
  }

  giveBack(base: TakenBase): void {
    this.base = base;
  }

  /** The newest dump of each database that it dumps, of those before and what came since. */
  dumps(before: Dumps): Dumps {
    const all = new Map([...before, ...this.taken].map((dump) => [dump.database, dump]));
    return [...all.values()].filter(({ database }) => this.isDumped(database));
  }

  private isDumped(database: string): boolean {
    return !this.parts.settings.dumpedByPoints.includes(database);
  }

  /** Ends what runs, and forgets what was taken. */
  async stop(): Promise<void> {
    this.base = undefined;
    this.running?.stopped.abort();
    await this.running?.ended;
  }

  /** Ends what runs at a vault that is not waited for any more: the next one may answer. */
  async stopIfSilent(): Promise<void> {
    if (this.running !== undefined && this.parts.copies.isSilent(this.running.host)) await this.stop();
  }

  private run({ held: { host } }: Target, work: (signal: AbortSignal) => Promise<void>): void {
    const stopped = new AbortController();
    const ended = work(stopped.signal)
      .catch((error) => {
        if (!stopped.signal.aborted) {
          this.parts.failures.note("base", error);
          this.parts.copies.passOver(host);
        }
        this.notBefore = performance.now() + pauseMs;
      })
      .finally(() => {
        this.running = undefined;
      });
    this.running = { host, stopped, ended };
  }

  /** Returns an increment of a whole copy; undefined if it failed: the server may not remember what it should. */
  private async increment(
    observed: Observation,
    target: Target,
    whole: Whole,
    signal: AbortSignal,
  ): Promise<TakenBase | undefined> {
    try {
      return await this.copyServer(observed, target, whole, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.parts.say({ incrementOf: whole.snapshot, failed: messageOf(error) });
      return undefined;
    }
  }

  private async copyServer(
    observed: Observation,
    { repositories, held, base: generation }: Target,
    whole: Whole | undefined,
    signal: AbortSignal,
  ): Promise<TakenBase> {
    const { server, libpq, spool, say } = this.parts;
    const list = spool.manifestOf("new");
    const step = unlessStopped(signal);
    const options = { tags: ["base"], env: libpq, signal };
    const taken = await step(
      repositories.backUpOutput(generation, "base.tar", this.command(observed, whole, list), options),
    );
    const sizes = await step(repositories.filesOf(generation, taken.snapshot));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (bytes === 0 || bytes !== taken.bytes) {
      throw new Error(`the base has ${bytes} bytes in the vault, and ${taken.bytes} were taken`);
    }
    // restic does not store again what it stored before: that still has to be there.
    const base = { snapshot: taken.snapshot, generation, ...(whole && { whole: whole.snapshot }) };
    const problem = await step(held.proveNow({ generation, must: baseSnapshots(base) }));
    if (problem !== undefined) throw new Error(problem);
    const after = await step(server.observe());
    if (after.system !== observed.system || after.timeline !== observed.timeline) {
      throw new Error("the server is another one than when its base began");
    }
    if (whole === undefined && observed.summarizes) await rename(list, spool.manifestOf(taken.snapshot));
    await step(repositories.declareComplete(generation));
    say({ base: taken.snapshot, bytes, ...(whole && { incrementOf: whole.snapshot }) });
    return {
      ...{ ...base, bytes, ended: after.now },
      ...{ start: showPosition(observed.position), end: showPosition(after.position) },
    };
  }

  /** Returns the command that writes a base to standard output. @param list file for the server's list of its files. */
  private command({ summarizes }: Observation, whole: Whole | undefined, list: string): string[] {
    // What a base needs of the log is received beside it.
    const words = ["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--no-password"];
    if (whole !== undefined)
      return ["pg_basebackup", ...words, `--incremental=${this.parts.spool.manifestOf(whole.snapshot)}`];
    if (!summarizes) return ["pg_basebackup", ...words];
    return ["bash", "-euo", "pipefail", "-c", this.parts.baseScript, "bash", list, ...words];
  }

  private async dumpAll(
    { databases }: Pick<Observation, "databases">,
    target: Target,
    signal: AbortSignal,
  ): Promise<void> {
    const { failures } = this.parts;
    for (const database of databases.filter((name) => this.isDumped(name))) {
      if (signal.aborted) return;
      await failures.watch("dump", () => this.dump(database, target, signal));
    }
  }

  private async dump(
    database: string,
    { repositories, dump: generation }: Target,
    signal: AbortSignal,
  ): Promise<void> {
    const { libpq, say, now } = this.parts;
    const name = `${database}.dump`;
    const step = unlessStopped(signal);
    // Compressed, parts that are as before would not be found again.
    const command = ["pg_dump", "--format=custom", "--compress=0", "--no-password", database];
    const tags = ["dump", `database=${database}`];
    const { snapshot, bytes } = await step(
      repositories.backUpOutput(generation, name, command, { tags, env: libpq, signal }),
    );
    const tables = await step(repositories.tablesIn(generation, snapshot, name));
    await step(repositories.declareComplete(generation));
    this.taken = this.dumps([]).filter((dump) => dump.database !== database);
    this.taken.push({ database, at: now().toISOString(), snapshot, tables, generation });
    say({ dump: database, snapshot, bytes, tables });
  }
}
