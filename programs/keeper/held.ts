import { copyVault, type Judge } from "../../components/recovery/vault/copy.ts";
import type { CopiedVault } from "../../components/recovery/vault/open-vault.ts";
import { prove } from "../../components/recovery/vault/prove.ts";

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

/** Number of periods for which a proof counts: one proof may fail while a vault restarts. */
const countedPeriods = 3;

/**
 * One vault's copies of a server: brings what another vault has and this one lacks, and proves each generation here with
 * the guest's key. Nothing counts as copied to a vault until it is proved there.
 */
export class Held {
  private running: Promise<void> | undefined;
  private failed: unknown;
  private tookMs = 0;

  constructor(
    private readonly parts: HeldParts,
    /** Written by this class; kept by the keeper. */
    readonly record: VaultRecord,
  ) {}

  get host(): string {
    return this.parts.vault.host;
  }

  /** Starts to bring and to prove, unless that is running. Throws if the last attempt failed. */
  start(relied: Relied): void {
    this.running ??= this.pass(relied)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .then((failed) => {
        this.failed = failed;
        this.running = undefined;
      });
    if (this.failed !== undefined) throw this.failed;
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

  private async pass({ wanted, shipped }: Relied): Promise<void> {
    const problems: string[] = [];
    const { files, failed } = await this.brought(wanted.map(({ generation }) => generation));
    problems.push(...failed);
    if (failed.length === 0 && shipped !== undefined) this.note(shipped);
    const { quarantined } = await this.parts.vault.status();
    for (const each of wanted) {
      if (this.isDue(each, quarantined, files > 0)) await this.proveNow(each);
    }
    // One closed generation at a time, so that new data does not wait for all old data.
    const due = (await this.closed(wanted)).find((generation) => this.isDueClosed(generation, quarantined));
    if (due !== undefined) {
      problems.push(...(await this.brought([due])).failed);
      await this.proveNow({ generation: due, must: [] }, true);
    }
    if (problems.length > 0) throw new Error(problems.join("; "));
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
        const has = (await other.status()).generations.filter(({ name }) => paths.includes(name));
        if (has.length === 0) continue;
        came.files += (await copyVault(other, vault, { judge, only: has.map(({ name }) => name) })).files;
        for (const { name, isComplete } of has) if (isComplete) await sayComplete(vault, name);
      } catch (error) {
        came.failed.push(error instanceof Error ? error.message : String(error));
      }
    }
    return came;
  }

  /** Returns the service's closed generations that any vault still keeps, in reverse order of their names. */
  private async closed(wanted: readonly Wanted[]): Promise<string[]> {
    const { vault, service, now } = this.parts;
    const today = now().toISOString().slice(0, 10);
    const names = new Set<string>();
    for (const each of [vault, ...this.parts.others()]) {
      for (const { name, until } of (await each.status()).generations) {
        const generation = name.startsWith(`${service}/`) ? name.slice(service.length + 1) : undefined;
        if (generation !== undefined && (until === undefined || until >= today)) names.add(generation);
      }
    }
    for (const { generation } of wanted) names.delete(generation);
    for (const known of Object.keys(this.record.generations)) {
      const isWanted = wanted.some(({ generation }) => generation === known);
      // No vault keeps it any more.
      if (!isWanted && !names.has(known)) delete this.record.generations[known];
    }
    return [...names].sort().reverse();
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

/** Declares a repository complete at a vault, unless it is already. */
async function sayComplete(vault: CopiedVault, path: string): Promise<void> {
  if ((await vault.get(`${path}/complete`)) === undefined) {
    await vault.put(`${path}/complete`, Buffer.from("yes"));
  }
}
