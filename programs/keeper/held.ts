import { copyVault, type Judge } from "../../components/recovery/vault/copy.ts";
import type { CopiedVault } from "../../components/recovery/vault/open-vault.ts";
import { prove } from "../../components/recovery/vault/prove.ts";

/** What was proved of one generation at a vault. Times are the keeper's clock, ISO 8601. */
export interface Proof {
  /** When it was looked at last. */
  tried: string;
  /** When it was whole there last; undefined if it never was. */
  at?: string | undefined;
  /** The snapshots that had to be there when it was looked at. */
  must: string[];
  /** The newest of those that come all the time, then. */
  newest?: string | undefined;
  /** Whether nothing came to it any more. */
  isClosed: boolean;
  /** How many of its files the host had set aside. */
  quarantined: number;
  /** Why it is not whole now, and since when. */
  problem?: { since: string; message: string; isDamaged: boolean } | undefined;
}

/** What is known of one vault, from one start of the keeper to the next. */
export interface VaultRecord {
  /** The newest shipment there, and when all that the server had was in it. */
  shipped?: { sequence: number; until: string; confirmed: string | undefined };
  generations: Record<string, Proof>;
}

/** A generation that something comes to. */
export interface Wanted {
  generation: string;
  /** Snapshots that must be there: a new one has it proved at once. */
  must: readonly string[];
  /** The newest of those that come all the time, which must be there when it is proved. */
  newest?: string;
}

/** What the guest relies on now. */
export interface Relied {
  wanted: readonly Wanted[];
  shipped: VaultRecord["shipped"];
}

/** What a vault is brought and proved with. */
export interface HeldParts {
  vault: CopiedVault;
  /** The other vaults that answer now. */
  others: () => readonly CopiedVault[];
  service: string;
  judge: Judge;
  /** Runs `restic check` in a generation there, after locks of killed runs are removed. */
  check: (generation: string) => Promise<string | undefined>;
  now: () => Date;
  say: (line: object) => void;
}

const hourMs = 3_600_000;

/** A generation that something comes to is proved so often, and one that is closed so often. Milliseconds. */
const periods = { open: hourMs, closed: 7 * 24 * hourMs } as const;

/** A proof takes no more than this part of the time. */
const largestPart = 1 / 20;

/** A proof counts for so many periods: one may fail because of a vault that is restarted. */
const countedPeriods = 3;

/**
 * What one vault holds of a server's copies: brings it what another vault has and it lacks, and proves each generation there
 * with the guest's key. Nothing counts as copied to a vault that was not proved there.
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

  /** Starts to bring and to prove, unless that runs. Throws if the last time failed. */
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

  /** Whether a generation is whole here, with a snapshot in it, by a proof that is not too old. */
  isWhole(generation: string, snapshot?: string): boolean {
    const proof = this.record.generations[generation];
    if (proof?.at === undefined || proof.problem !== undefined) return false;
    const age = this.parts.now().getTime() - Date.parse(proof.at);
    if (age > countedPeriods * this.periodMs) return false;
    return snapshot === undefined || proof.must.includes(snapshot);
  }

  /** Whether restic found something missing inside of a generation here. */
  isDamaged(generation: string): boolean {
    return this.record.generations[generation]?.problem?.isDamaged === true;
  }

  /** Proves a generation here at once. Returns why it is not whole, undefined if it is. */
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
    // One at a time: what is new is not to wait for all that is old.
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

  /** Brings what the others have of some generations. Returns how many files came, and why another vault gave nothing. */
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

  /** Generations of the service that nothing comes to any more, at any vault that keeps them on. */
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
      // Its host let go of it.
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

/** Whatever is brought is whole: what its first vault says of that is not asked. */
async function sayComplete(vault: CopiedVault, path: string): Promise<void> {
  if ((await vault.get(`${path}/complete`)) === undefined) {
    await vault.put(`${path}/complete`, Buffer.from("yes"));
  }
}
