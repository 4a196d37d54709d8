import { dumpEverySeconds } from "../../components/recovery/keeper/status.ts";
import { DailyCopy } from "./daily.ts";
import type { Parts } from "./parts.ts";
import type { KeeperState } from "./spool.ts";
import { statusOf } from "./told.ts";

/** Copies a server that lets nobody have its log: each database once a day. */
export class DumpKeeper {
  private state: KeeperState = { sequence: 0, dumps: [], gaps: [] };
  private readonly daily: DailyCopy;

  constructor(private readonly parts: Parts) {
    this.daily = new DailyCopy(parts);
  }

  async open(): Promise<void> {
    this.state = (await this.parts.spool.readState()) ?? this.state;
  }

  async turn(): Promise<void> {
    const { failures, copies, spool, settings } = this.parts;
    await copies.look();
    if (failures.holds("site", () => copies.refuseReplaced(settings.incarnation))) await this.copy();
    else await this.daily.stop();
    await failures.watch("spool", async () => {
      await spool.writeState(this.state);
      await spool.writeStatus(statusOf(this.parts, { state: this.state, usedBytes: 0, slot: undefined }));
    });
  }

  private async copy(): Promise<void> {
    const { failures, copies, server } = this.parts;
    const observed = await failures.watch("server", () => server.databases());
    this.state.dumps = this.daily.dumps(this.state.dumps);
    if (observed !== undefined && this.isDue(observed.databases)) this.daily.startDumps(observed);
    const oldest = this.oldest(observed?.databases);
    if (oldest !== undefined) this.state.confirmed = oldest;
    await failures.watch("copy", async () => copies.bring(await copies.generations("dump")));
  }

  /** Does nothing: no log is received. */
  async watchRoom(): Promise<void> {}

  async stop(): Promise<void> {
    await this.daily.stop();
  }

  private isDue(databases: readonly string[]): boolean {
    const oldest = this.oldest(databases);
    if (oldest === undefined) return true;
    // One of a day to come was taken while this clock was wrong.
    return Math.abs(this.parts.now().getTime() - Date.parse(oldest)) > dumpEverySeconds * 1000;
  }

  /** Time of the oldest of the databases' last dumps; undefined if one was never dumped. */
  private oldest(databases: readonly string[] = []): string | undefined {
    const times = databases.map((name) => this.state.dumps.find(({ database }) => database === name)?.at);
    return times.includes(undefined) ? undefined : times.flatMap((at) => at ?? []).sort()[0];
  }
}
