import { dumpEverySeconds } from "../../components/recovery/keeper/status.ts";
import { DailyCopy } from "./daily.ts";
import type { Parts } from "./parts.ts";
import { reliedAt, reliedOn, targetOf } from "./relied.ts";
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
    const { spool, copies } = this.parts;
    this.state = (await spool.readState()) ?? this.state;
    copies.recall(this.state.vaults ?? {});
    this.state.vaults = copies.records;
  }

  async turn(): Promise<void> {
    const { failures, copies, spool, settings } = this.parts;
    await copies.look();
    await this.daily.stopIfSilent();
    if (failures.holds("site", () => copies.refuseReplaced(settings.incarnation))) await this.copy();
    else await this.daily.stop();
    await failures.watch("spool", async () => {
      const { state } = this;
      await spool.writeState(state);
      const relied = reliedAt(copies, state);
      await spool.writeStatus(statusOf(this.parts, { state, relied, usedBytes: 0, slot: undefined }));
    });
  }

  private async copy(): Promise<void> {
    const { failures, copies, server, say } = this.parts;
    const observed = await failures.watch("server", () => server.databases());
    this.state.dumps = this.daily.dumps(this.state.dumps);
    await failures.watch("daily", async () => {
      if (observed === undefined || !this.daily.isIdle || !this.isDue(observed.databases)) return;
      this.daily.startDumps(observed, targetOf(copies, { state: this.state, now: observed.now }, say));
    });
    const relied = reliedAt(copies, this.state);
    const oldest = this.oldest(observed?.databases);
    if (oldest !== undefined && copies.answering.some((vault) => copies.holds(vault, relied)))
      this.state.confirmed = oldest;
    await failures.watch("copy", async () => copies.start(relied));
  }

  /** Does nothing: no log is received. */
  async watchRoom(): Promise<void> {}

  async stop(): Promise<void> {
    await this.daily.stop();
  }

  private isDue(databases: readonly string[]): boolean {
    const oldest = this.oldest(databases);
    const isLost = reliedOn(this.state).some((wanted) => this.parts.copies.lost(wanted) !== undefined);
    if (oldest === undefined || isLost) return true;
    // One of a day to come was taken while this clock was wrong.
    return Math.abs(this.parts.now().getTime() - Date.parse(oldest)) > dumpEverySeconds * 1000;
  }

  /** Time of the oldest of the databases' last dumps; undefined if one was never dumped. */
  private oldest(databases: readonly string[] = []): string | undefined {
    const times = databases.map((name) => this.state.dumps.find(({ database }) => database === name)?.at);
    return times.includes(undefined) ? undefined : times.flatMap((at) => at ?? []).sort()[0];
  }
}
