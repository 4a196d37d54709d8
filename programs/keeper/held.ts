import { copyVault, type Judge } from "../../components/recovery/vault/copy.ts";
import type { CopiedVault } from "../../components/recovery/vault/open-vault.ts";
import { prove } from "../../components/recovery/vault/prove.ts";
import { closedGenerations } from "./closed.ts";
import { messageOf } from "./run.ts";

/** Result of the last proof of one generation at a vault. Times are on the keeper's clock, ISO 8601. */
export interface Proof {
  /** Time of the proof, whatever its result. */
  tried: string;
  /** Time at which it was last found whole there; undefined if it never was. */
  at?: string | undefined;
  /** Snapshots that had to be there. */
  must: string[];
  /** {@link Wanted.newest} at that time. */
  newest?: string | undefined;
  /** Whether it was closed: nothing came to it any more. */
  isClosed: boolean;
  /** Number of its files that the host had set aside. */
  quarantined: number;
  /** Reason why it is not whole now, and the time since which that is known. */
  problem?: { since: string; message: string; isDamaged: boolean } | undefined;
}

/** Record of one vault, kept from one start of the keeper to the next. */
export interface VaultRecord {
  /** The newest shipment there, and the last time at which it had everything that the server had. */
  shipped?: { sequence: number; until: string; confirmed: string | undefined };
  generations: Record<string, Proof>;
}

/** A generation to which data still comes. */
export interface Wanted {
  generation: string;
  /** Snapshots that must be there; a new one causes a proof at once. */
  must: readonly string[];
  /** Newest of the snapshots that come all the time: it must be there at a proof, and causes none. */
  newest?: string;
}

/** Generations and shipment that the guest relies on now. */
export interface Relied {
  wanted: readonly Wanted[];
  shipped: VaultRecord["shipped"];
}

/** A vault, and what copying to it and proving it need. */
export interface HeldParts {
  vault: CopiedVault;
  /** The other vaults that answer now. */
  others: () => readonly CopiedVault[];
  service: string;
  judge: Judge;
  /** Runs `restic check` on a generation there, after it removed locks of killed runs. */
  check: (generation: string) => Promise<string | undefined>;
  now: () => Date;
  say: (line: object) => void;
}

const hourMs = 3_600_000;

/** Time between two proofs of a generation, while data comes to it and after it was closed, milliseconds. */
const periods = { open: hourMs, closed: 7 * 24 * hourMs } as const;

/** Largest part of the time that proofs may take. */
const largestPart = 1 / 20;

/** Time after which a vault that cannot be asked is not waited for any more, milliseconds. */
const stuckMs = 300_000;

/** Number of periods for which a proof counts: one proof may fail while a vault restarts. */
const countedPeriods = 3;

/**
 * One vault's copies of a server: brings what another vault has and this one lacks, and proves each generation here with
 * the guest's key. Nothing counts as copied to a vault until it is proved there.
 */
export class Held {
  private running: Promise<void> | undefined;
  private failed: unknown;
  /** Time since which each attempt has failed, on this process's own clock. */
  private failedSince: number | undefined;
  /** Errors of the other vaults at the last attempt. */
  private problems: readonly string[] = [];
  /** Generations that did not come when they were asked for, with that time on this process's own clock. */
  private readonly absent = new Map<string, number>();
  private tookMs = 0;

  constructor(
    private readonly parts: HeldParts,
    /** Written by this class; kept by the keeper. */
    readonly record: VaultRecord,
  ) {}

  get host(): string {
    return this.parts.vault.host;
  }

  /** Reason why nothing could be proved here for a while; undefined if something could. */
  get stuck(): string | undefined {
    const isStuck = this.failedSince !== undefined && performance.now() - this.failedSince > stuckMs;
    return isStuck ? messageOf(this.failed) : undefined;
  }

  /** Starts to bring and to prove, unless that is running. Throws if the last attempt failed. */
  start(relied: Relied): void {
    this.running ??= this.pass(relied)
      .then(
        (problems) => {
          [this.problems, this.failed, this.failedSince] = [problems, undefined, undefined];
        },
        (error: unknown) => {
          [this.failed, this.failedSince] = [error, this.failedSince ?? performance.now()];
        },
      )
      .then(() => {
        this.running = undefined;
      });
    if (this.failed !== undefined) throw this.failed;
    if (this.problems.length > 0) throw new Error(this.problems.join("; "));
  }

  /** Whether a proof that is not too old found a generation whole here and, if one is given, a snapshot in it. */
  isWhole(generation: string, snapshot?: string): boolean {
    const proof = this.record.generations[generation];
    if (proof?.at === undefined || proof.problem !== undefined) return false;
    const age = this.parts.now().getTime() - Date.parse(proof.at);
    if (age > countedPeriods * this.periodMs) return false;
    return snapshot === undefined || proof.must.includes(snapshot);
  }

  /** Whether restic found something missing inside a generation here. */
  isDamaged(generation: string): boolean {
    return this.record.generations[generation]?.problem?.isDamaged === true;
  }

  /** Proves a generation here at once. Returns why it is not whole; undefined if it is. */
  async proveNow({ generation, must, newest }: Wanted, isClosed = false): Promise<string | undefined> {
    const { vault, service, judge, now, say } = this.parts;
    const begun = performance.now();
    const path = `${service}/${generation}`;
    const { quarantined } = await vault.status();
    const problem = await prove({
      ...{ vault, others: this.parts.others(), path, judge },
      must: [...must, ...(newest === undefined ? [] : [newest])],
      check: () => this.parts.check(generation),
    });
    this.tookMs = performance.now() - begun;
    const at = now().toISOString();
    const before = this.record.generations[generation];
    const proof: Proof = {
      ...{ tried: at, at: problem === undefined ? at : before?.at, must: [...must], newest, isClosed },
      quarantined: setAside(quarantined, path),
      ...(problem && { problem: { since: before?.problem?.since ?? at, ...problem } }),
    };
    this.record.generations[generation] = proof;
    if (before?.problem?.message !== problem?.message)
      say({ vault: vault.host, generation, ...(problem ? { lost: problem.message } : { isWhole: true }) });
    return problem?.message;
  }

  private get periodMs(): number {
    return Math.max(periods.open, this.tookMs / largestPart);
  }

  /** Brings and proves. Returns the errors of the other vaults, which stop nothing here. */
  private async pass({ wanted, shipped }: Relied): Promise<string[]> {
    const { vault } = this.parts;
    const { files, failed: problems } = await this.brought(wanted.map(({ generation }) => generation));
    if (shipped !== undefined && (await this.hasNewest(wanted))) this.note(shipped);
    const { quarantined } = await vault.status();
    for (const each of wanted) {
      if (!this.isDue(each, quarantined, files > 0)) continue;
      const isWhole = (await this.proveNow(each)) === undefined;
      if (isWhole && (each.must.length > 0 || each.newest !== undefined))
        await this.sayComplete(each.generation);
    }
    // One closed generation at a time, so that new data does not wait for all old data.
    const { names, complete, failed } = await closedGenerations(this.parts, wanted);
    this.forgetBut(names, wanted);
    const due = names.find((generation) => this.isDueClosed(generation, quarantined));
    if (due !== undefined) {
      problems.push(...(await this.brought([due])).failed);
      if (await this.isAbsent(due)) return [...new Set([...problems, ...failed])];
      const isWhole = (await this.proveNow({ generation: due, must: [] }, true)) === undefined;
      if (isWhole && complete.has(due)) await this.sayComplete(due);
    }
    return [...new Set([...problems, ...failed])];
  }

  /** Returns whether the newest shipment is here, whatever the vault that it was written to gives. */
  private async hasNewest(wanted: readonly Wanted[]): Promise<boolean> {
    const { vault, service } = this.parts;
    for (const { generation, newest } of wanted) {
      const path = `${service}/${generation}/snapshots/${newest}`;
      if (newest !== undefined && (await vault.get(path)) === undefined) return false;
    }
    return true;
  }

  /**
   * Whether a generation was never here, and did not come: its name may be another host's invention, which says nothing of
   * this vault. It is asked for again later.
   */
  private async isAbsent(generation: string): Promise<boolean> {
    const { vault, service } = this.parts;
    if (this.record.generations[generation] !== undefined) return false;
    const isAbsent = (await vault.get(`${service}/${generation}/config`)) === undefined;
    if (isAbsent) this.absent.set(generation, performance.now());
    return isAbsent;
  }

  /** Says to the host that a generation is complete, once that is proved here: it may let go of earlier ones. */
  private async sayComplete(generation: string): Promise<void> {
    const { vault, service } = this.parts;
    const path = `${service}/${generation}/complete`;
    if ((await vault.get(path)) === undefined) await vault.put(path, Buffer.from("yes"));
  }

  /** Remembers a shipment that is here, unless a later one is known. */
  note(shipped: NonNullable<VaultRecord["shipped"]>): void {
    const { shipped: before } = this.record;
    const isLater =
      before === undefined ||
      before.sequence < shipped.sequence ||
      (before.sequence === shipped.sequence && (before.confirmed ?? "") < (shipped.confirmed ?? ""));
    if (isLater) this.record.shipped = shipped;
  }

  /** Copies some generations from the other vaults. Returns the number of files that came, and the errors of those vaults. */
  private async brought(generations: readonly string[]): Promise<{ files: number; failed: string[] }> {
    const { vault, service, judge } = this.parts;
    const paths = generations.map((generation) => `${service}/${generation}`);
    const came: { files: number; failed: string[] } = { files: 0, failed: [] };
    for (const other of this.parts.others()) {
      try {
        const names = (await other.status()).generations.map(({ name }) => name);
        const only = paths.filter((path) => names.includes(path));
        if (only.length > 0) came.files += (await copyVault(other, vault, { judge, only })).files;
      } catch (error) {
        came.failed.push(messageOf(error));
      }
    }
    return came;
  }

  /** Forgets the proofs of closed generations that no vault keeps any more. */
  private forgetBut(names: readonly string[], wanted: readonly Wanted[]): void {
    const kept = new Set([...names, ...wanted.map(({ generation }) => generation)]);
    for (const known of Object.keys(this.record.generations))
      if (!kept.has(known)) delete this.record.generations[known];
  }

  private isDue(
    { generation, must, newest }: Wanted,
    quarantined: readonly string[],
    came: boolean,
  ): boolean {
    const proof = this.record.generations[generation];
    if (proof === undefined || this.isChanged(generation, proof, quarantined)) return true;
    if (must.some((snapshot) => !proof.must.includes(snapshot))) return true;
    const mayBeHealed = proof.problem !== undefined && (came || newest !== proof.newest);
    return mayBeHealed || this.isOld(proof, this.periodMs);
  }

  private isDueClosed(generation: string, quarantined: readonly string[]): boolean {
    const absent = this.absent.get(generation);
    if (absent !== undefined && performance.now() - absent < this.periodMs) return false;
    const proof = this.record.generations[generation];
    if (proof?.isClosed !== true || this.isChanged(generation, proof, quarantined)) return true;
    return this.isOld(proof, proof.problem === undefined ? periods.closed : this.periodMs);
  }

  private isChanged(generation: string, proof: Proof, quarantined: readonly string[]): boolean {
    return setAside(quarantined, `${this.parts.service}/${generation}`) !== proof.quarantined;
  }

  private isOld({ tried }: Proof, periodMs: number): boolean {
    return Math.abs(this.parts.now().getTime() - Date.parse(tried)) >= periodMs;
  }
}

const setAside = (quarantined: readonly string[], path: string) =>
  quarantined.filter((each) => each.startsWith(`${path}/`)).length;
