import { countedDay, hourOf } from "../../components/recovery/keeper/generation.ts";
import { type Base, baseSnapshots, tagsOf } from "../../components/recovery/keeper/shipment.ts";
import { endOf, isContiguous, readPosition, showPosition } from "../../components/recovery/keeper/wal.ts";
import { beginAgain, follow } from "./begin.ts";
import { brokenBy } from "./broken.ts";
import { DailyCopy, type TakenBase } from "./daily.ts";
import type { Parts } from "./parts.ts";
import { SeenRehearsals } from "./rehearsals.ts";
import { logGeneration, reliedAt, reliedOn, targetOf } from "./relied.ts";
import type { Observation } from "./server.ts";
import type { Chain, KeeperState } from "./spool.ts";
import { statusOf } from "./told.ts";
import { wholeFor } from "./whole.ts";

/** A shipment at least so often, also where nothing changed: it says that nothing came. Milliseconds. */
const heartbeatMs = 3_600_000;

/** The log is received up to a place so soon, or the shipment is of what there is. Milliseconds. */
const receiveMs = 15_000;

/** Time within which the log of another timeline has to come before a new base is taken, milliseconds. */
const followMs = 60_000;

/** Part of the spool above which the keeper keeps only what is not in the vault yet. */
const isFilling = 1 / 2;

/** Time without progress after which a shipment is given up, milliseconds: the next vault may answer. */
const stillMs = 120_000;

/**
 * Copies a server as it changes: its log, received by the container beside, into a vault every few seconds; and all of it
 * once a day. What it knows is on the spool, so that it can be killed at any moment.
 */
export class Keeper {
  private state: KeeperState = { sequence: 0, dumps: [], gaps: [] };
  private readonly daily: DailyCopy;
  private readonly rehearsals: SeenRehearsals;
  private observed: Observation | undefined;
  /** Time of the last question to the server, on the clock of this pod. */
  private askedAt = "";
  private shippedAt = Number.NEGATIVE_INFINITY;
  private shippedFiles = "";
  private usedBytes = 0;
  /** Time until which the log of another timeline is waited for, on this process's own clock. */
  private followingUntil = 0;

  constructor(private readonly parts: Parts) {
    this.daily = new DailyCopy(parts);
    this.rehearsals = new SeenRehearsals(parts);
  }

  /** Reads what it knew, or asks the vault if that was lost. */
  async open(): Promise<void> {
    const { spool, copies } = this.parts;
    const state = await spool.readState();
    if (state !== undefined) this.state = state;
    copies.recall(this.state.vaults ?? {});
    this.state.vaults = copies.records;
  }

  /** One look at everything, and what follows from it. Throws nothing: failures are reported, and tried again. */
  async turn(): Promise<void> {
    const { failures, copies, server, settings } = this.parts;
    await copies.look();
    await this.daily.stopIfSilent();
    this.askedAt = this.parts.now().toISOString();
    this.observed = await failures.watch("server", () => server.observe());
    this.usedBytes = await this.parts.spool.usedBytes();
    if (failures.holds("site", () => copies.refuseReplaced(settings.incarnation))) await this.copy();
    else await this.daily.stop();
    await failures.watch("spool", () => this.tell());
  }

  private async copy(): Promise<void> {
    const { failures, copies } = this.parts;
    await failures.watch("ship", () => this.ship());
    await failures.watch("daily", () => this.keepWhole());
    await failures.watch("copy", async () => copies.start(reliedAt(copies, this.state)));
    this.state.rehearsals = this.rehearsals.look(this.state.rehearsals);
    this.confirm();
  }

  /** Confirms what is whole at a vault: acknowledged there, and proved. */
  private confirm(): void {
    const { copies } = this.parts;
    if (this.state.base === undefined) return;
    // Dumps are copies of another kind, a day old.
    const confirmed = copies.confirmed({ wanted: reliedOn({ ...this.state, dumps: [] }) });
    if (confirmed !== undefined && confirmed > (this.state.confirmed ?? "")) this.state.confirmed = confirmed;
  }

  /** Stops the receiver if there is no room, so that what is received can still be kept in order. */
  async watchRoom(): Promise<void> {
    const { spool, server, settings, say } = this.parts;
    const used = await spool.usedBytes();
    this.usedBytes = used;
    const left = settings.spoolBytes - used;
    if (!spool.isHeld && left < settings.spoolBytes / 16) {
      say({ spool: "full", usedBytes: used });
      await spool.hold();
      await server.stopReceiver().catch(() => undefined);
    } else if (spool.isHeld && left > settings.spoolBytes / 4) {
      say({ spool: "has room again", usedBytes: used });
      await spool.release();
    }
  }

  async stop(): Promise<void> {
    await this.daily.stop();
  }

  private async ship(): Promise<void> {
    const observed = this.observed;
    const { chain, base } = this.state;
    let broken = observed && brokenBy(observed, this.state);
    if (chain !== undefined && base !== undefined) {
      if (observed !== undefined && broken !== undefined) {
        const isFollowed = await follow(observed, { ...this.beginning, chain, base });
        if (isFollowed) [broken, this.followingUntil] = [undefined, performance.now() + followMs];
      }
      const names = await this.parts.spool.collect(chain);
      if (!this.isWhole(chain, base, names)) {
        if (performance.now() < this.followingUntil)
          throw new Error("the log of the new timeline is not received yet");
        broken ??= "the spool has lost a part of the log";
      } else if (observed !== undefined && broken === undefined) await this.shipUpTo(chain, base, observed);
      else await this.shipRest(chain, base, names);
    }
    if (observed !== undefined && broken !== undefined)
      this.state = await beginAgain(observed, broken, this.beginning);
  }

  private get beginning() {
    const { parts, daily, state } = this;
    return { parts, daily, state };
  }

  /**
   * Whether the spool has all that it should: from the end of what the vault alone has up to where the server may
   * forget its log.
   */
  private isWhole({ segmentBytes }: Chain, base: Base, names: readonly string[]): boolean {
    const received = this.observed?.slot?.received ?? 0n;
    return isContiguous(names, this.heldFrom(base), segmentBytes) && endOf(names, segmentBytes) >= received;
  }

  /** Position from which the spool holds the log: the end of the last part that was left to the vault, or the base. */
  private heldFrom(base: Base): bigint {
    return readPosition(this.state.parts?.at(-1)?.end ?? base.start);
  }

  /** All that the server has until now. */
  private async shipUpTo(chain: Chain, base: Base, observed: Observation): Promise<void> {
    const { shipped } = this.state;
    const { copies } = this.parts;
    const isNew =
      shipped === undefined ||
      readPosition(shipped.end) < observed.position ||
      copies.lost({ generation: shipped.generation, must: [] }) !== undefined;
    if (!isNew && performance.now() - this.shippedAt < heartbeatMs) {
      copies.confirm(shipped.sequence, this.askedAt);
      return;
    }
    const received = await this.received(observed.position);
    if (received === undefined) throw new Error("the log is not received");
    const names = await this.parts.spool.collect(chain);
    // What is not received yet is not promised.
    const isAll = received >= observed.position;
    const [end, until] = isAll ? [observed.position, observed.now] : [received, undefined];
    await this.take(chain, base, { names, end, until });
  }

  /** Ships, once, what was received of a server that does not answer, or that is another one now. */
  private async shipRest(chain: Chain, base: Base, names: readonly string[]): Promise<void> {
    const files = await this.parts.spool.digest(chain);
    if (files === this.shippedFiles || this.state.shipped === undefined) return;
    const { end } = this.state.shipped;
    await this.take(chain, base, { names, end: readPosition(end), until: undefined });
    this.shippedFiles = files;
  }

  private async take(
    chain: Chain,
    base: Base,
    { names, end, until }: { names: readonly string[]; end: bigint; until: string | undefined },
  ): Promise<void> {
    const { spool, copies, say } = this.parts;
    const { parts = [] } = this.state;
    if (endOf(names, chain.segmentBytes) < end) throw new Error("the log is not received");
    const { repositories, held } = copies.mustWrite();
    const files = await spool.digest(chain);
    const generation = logGeneration(copies, { base, log: this.state.log }, this.parts);
    this.state.log = generation;
    const { cwd, name } = spool.shippedFrom(chain.id);
    const shipment = {
      ...{ sequence: this.state.sequence + 1, system: chain.system, timeline: chain.timeline },
      ...{ end: showPosition(end), until: until ?? this.state.shipped?.until ?? base.ended, base, parts },
    };
    const taken = await copies.written(held.host, () =>
      repositories.backUp(generation, [name], { tags: tagsOf(shipment), cwd, stillMs }),
    );
    if (taken.files !== names.length) {
      throw new Error(`${taken.files} files of the log were taken, and there are ${names.length}`);
    }
    const { sequence } = shipment;
    this.state.sequence = sequence;
    this.state.shipped = {
      ...{ sequence, end: shipment.end, until: shipment.until, snapshot: taken.snapshot, generation },
    };
    const confirmed = until === undefined ? held.record.shipped?.confirmed : this.askedAt;
    held.note({ sequence, until: shipment.until, confirmed });
    this.shippedAt = performance.now();
    this.shippedFiles = files;
    await this.makeRoom(chain, end, { snapshot: taken.snapshot, generation });
    await spool.writeState(this.state);
    await copies.written(held.host, () => repositories.declareComplete(generation));
    say({ shipped: sequence, to: held.host, end: shipment.end, until: shipment.until, files: names.length });
  }

  /** Leaves a part of the log to the vault alone, if the spool fills up before the day is over. */
  private async makeRoom(
    chain: Chain,
    end: bigint,
    { snapshot, generation }: { snapshot: string; generation: string },
  ): Promise<void> {
    const { spool, settings, say } = this.parts;
    if (this.usedBytes <= settings.spoolBytes * isFilling) return;
    // One file stays, so that there is always one.
    const start = ((end - 1n) / BigInt(chain.segmentBytes)) * BigInt(chain.segmentBytes);
    const part = { snapshot, generation, end: showPosition(start) };
    this.state.parts = [...(this.state.parts ?? []), part];
    // First what is known, then what is removed.
    await spool.writeState(this.state);
    await spool.prune(chain, start);
    say({ spool: "leaves to the vault", until: part.end });
    await this.watchRoom();
  }

  /** Returns up to where the log is received, once that is as far as asked or does not advance. */
  private async received(position: bigint): Promise<bigint | undefined> {
    const { server } = this.parts;
    const until = performance.now() + receiveMs;
    let received: bigint | undefined;
    do {
      const { slot } = await server.observe();
      received = slot?.received;
      if (received !== undefined && received >= position) return received;
      await new Promise((resolve) => setTimeout(resolve, 500));
    } while (performance.now() < until);
    return received;
  }

  /** Takes a new base if one is due, and removes what was received before it once that is safe. */
  private async keepWhole(): Promise<void> {
    const observed = this.observed;
    const { chain, base, shipped } = this.state;
    if (observed === undefined || chain === undefined) return;
    if (brokenBy(observed, this.state) !== undefined) return;
    const taken = this.daily.takeBase();
    if (taken !== undefined) {
      // With the old base up to where the new one begins to be whole, so that no time is left out.
      const isBridged =
        base === undefined || (shipped && readPosition(shipped.end) >= readPosition(taken.end));
      if (!isBridged) return void this.daily.giveBack(taken);
      await this.useBase(chain, taken);
      return;
    }
    this.state.dumps = this.daily.dumps(this.state.dumps);
    if (!this.daily.isIdle) return;
    const hour = hourOf(this.parts.settings.commune);
    const isOld = base === undefined || countedDay(base.ended, hour) !== countedDay(observed.now, hour);
    const lost = base && this.lost(base);
    if (lost !== undefined) this.parts.say({ base: "is whole nowhere", lost });
    const { copies, say } = this.parts;
    const target = () => targetOf(copies, { state: this.state, now: observed.now }, say);
    if (isOld || lost !== undefined) {
      const to = target();
      const { spool, settings } = this.parts;
      const taking = { observed, target: to, copies, spool, settings, second: hour };
      return this.daily.start(observed, to, wholeFor(this.state.whole, taking));
    }
    const dumps = reliedOn({ dumps: this.state.dumps });
    if (dumps.some((each) => copies.lost(each) !== undefined)) this.daily.startDumps(observed, target());
  }

  /** Returns why the base, or log that only vaults have, is whole at no vault; undefined if it is, or may be. */
  private lost(base: Base): string | undefined {
    const { copies } = this.parts;
    const needed = [
      { generation: base.generation, must: baseSnapshots(base) },
      ...(this.state.parts ?? []).map(({ generation, snapshot }) => ({ generation, must: [snapshot] })),
    ];
    const reasons = needed.map((each) => copies.lost(each));
    return reasons.find((reason) => reason !== undefined);
  }

  private async useBase(chain: Chain, { bytes, ...base }: TakenBase): Promise<void> {
    const { spool, say } = this.parts;
    const start = readPosition(base.start);
    this.state.base = base;
    const { snapshot, generation, ended, whole } = base;
    if (whole === undefined)
      this.state.whole = { snapshot, generation, ended, bytes, timeline: chain.timeline };
    delete this.state.log;
    this.shippedAt = Number.NEGATIVE_INFINITY;
    this.state.parts = (this.state.parts ?? []).filter(({ end }) => readPosition(end) > start);
    const open = this.state.gaps.find(({ to }) => to === undefined);
    if (open !== undefined) open.to = base.ended;
    await spool.prune(chain, start);
    await spool.writeState(this.state);
    await spool.removeManifestsBut(whole ?? snapshot);
    say({ begins: "with the new base", base: base.snapshot, ended: base.ended });
    // At once: a base without the log up to its end is none.
    if (this.observed !== undefined) {
      const observed = await this.parts.server.observe();
      await this.shipUpTo(chain, base, observed);
    }
  }

  private async tell(): Promise<void> {
    const { spool, copies } = this.parts;
    const { state, usedBytes } = this;
    await spool.writeState(state);
    const relied = reliedAt(copies, state);
    await spool.writeStatus(statusOf(this.parts, { state, relied, usedBytes, slot: this.observed?.slot }));
  }
}
