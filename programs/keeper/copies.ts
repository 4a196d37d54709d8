import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import type { CopiedVault, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { Answers } from "./answers.ts";
import { Held, type HeldParts, type Relied, type VaultRecord, type Wanted } from "./held.ts";
import type { Repositories } from "./repository.ts";
import { messageOf } from "./run.ts";

/** A vault, the `Date` that it answered with last, and the server's repositories there. */
export interface DatedVault {
  open: OpenVault;
  lastDate: () => string | undefined;
  repositories: Repositories;
}

/** One of the vaults. */
interface Vault extends DatedVault {
  held: Held;
  seen: Answers;
}

/** Time for which the others are written to after a vault did not take something, milliseconds. */
const passedOverMs = 3_600_000;

/** The vaults: new data goes to the first that answers, and each receives what it lacks from the others. */
export class Copies {
  /** Records of the vaults by host, kept from one start to the next. */
  records: Record<string, VaultRecord> = {};
  private vaults: readonly Vault[] = [];
  /** Time at which a vault did not take something, by host, on this process's own clock. */
  private readonly refused = new Map<string, number>();

  constructor(
    private readonly given: readonly DatedVault[],
    private readonly parts: Pick<HeldParts, "service" | "judge" | "now" | "say">,
  ) {
    this.recall({});
  }

  /** Continues with the records of an earlier start. */
  recall(records: Readonly<Record<string, VaultRecord>>): void {
    this.records = {};
    this.vaults = this.given.map((dated) => {
      const { host } = dated.open;
      const record = records[host] ?? { generations: {} };
      this.records[host] = record;
      const others = () =>
        this.answering.flatMap(({ open }): CopiedVault[] => (open.host === host ? [] : [open]));
      const check = (generation: string) => dated.repositories.check(generation);
      return {
        ...dated,
        held: new Held({ ...this.parts, vault: dated.open, others, check }, record),
        seen: new Answers(dated),
      };
    });
  }

  /** Asks each vault whether it answers, and which site it knows of. One that hangs is waited for 5 s, once. */
  async look(): Promise<void> {
    await Promise.all(this.vaults.map(({ seen }) => seen.look()));
  }

  get answering(): readonly Vault[] {
    return this.vaults.filter(({ seen }) => seen.last.answers);
  }

  /** The vault that new data goes to; undefined if none answers. */
  get writing(): Vault | undefined {
    const refusedAt = ({ open: { host } }: Vault) => {
      const at = this.refused.get(host) ?? 0;
      return performance.now() - at < passedOverMs ? at : 0;
    };
    return [...this.answering].sort((one, other) => refusedAt(one) - refusedAt(other))[0];
  }

  /** Writes to a vault. If it does not take something, the next one is written to for a while. */
  async written<Result>(host: string, write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      this.refused.delete(host);
      return result;
    } catch (error) {
      this.passOver(host);
      throw error;
    }
  }

  /** Has the next vault written to for a while: this one answers, and did not take something. */
  passOver(host: string): void {
    this.refused.set(host, performance.now());
  }

  /** Returns the vault that new data goes to. Throws if no vault answers. */
  mustWrite(): Vault {
    const { writing } = this;
    if (writing === undefined) throw new Error("no vault answers");
    return writing;
  }

  /** Whether a vault is not waited for any more. */
  isSilent(host: string): boolean {
    return this.vaults.some(({ open, seen }) => open.host === host && seen.isSilent);
  }

  /**
   * Throws if every vault that answers knows of a later site of the commune: its copies are that one's from then on. One
   * host's word alone would stop the copies at all others; where a later site has written, its vault takes nothing more from
   * this one.
   */
  refuseReplaced(own: number): void {
    const told = this.answering.map(({ seen }) => seen.latest);
    if (told.length === 0 || told.some((latest) => latest <= own)) return;
    throw new Error(
      `every vault that answers knows of incarnation ${Math.min(...told)} of this commune, and this one is ${own}: another site took its place, and nothing is copied from here any more`,
    );
  }

  /** Copies a repository to a vault that has none of its name, if another one that answers gives the commune's. */
  async bring(path: string, to: OpenVault): Promise<void> {
    for (const { open } of this.answering) {
      if (open.host === to.host) continue;
      try {
        if ((await open.get(`${path}/config`)) === undefined) continue;
        await copyVault(open, to, { judge: this.parts.judge, only: [path] });
        return;
      } catch (error) {
        this.parts.say({ vault: open.host, gives: path, failed: messageOf(error) });
      }
    }
  }

  /** Starts to bring what each answering vault lacks, and to prove it there. Throws if the last attempt failed. */
  start(relied: Relied): void {
    const failed = this.answering.flatMap(({ held }) => {
      try {
        held.start(relied);
        return [];
      } catch (error) {
        return [`${held.host}: ${messageOf(error)}`];
      }
    });
    if (failed.length > 0) throw new Error(failed.join("; "));
  }

  /** Records that nothing was new since a shipment, at the vaults that have it and answer. */
  confirm(sequence: number, at: string): void {
    for (const { held } of this.answering) {
      const { shipped } = held.record;
      if (shipped?.sequence === sequence) held.note({ ...shipped, confirmed: at });
    }
  }

  /** Whether a vault has a whole, proved copy of everything that is relied on. */
  holds({ held }: Pick<Vault, "held">, { wanted }: Pick<Relied, "wanted">): boolean {
    return wanted.every(({ generation, must }) =>
      must.length === 0 ? held.isWhole(generation) : must.every((each) => held.isWhole(generation, each)),
    );
  }

  /** Returns the last time at which a vault with a proved copy had all that the server had; undefined if no copy is proved. */
  confirmed(relied: Pick<Relied, "wanted">): string | undefined {
    return this.vaults
      .flatMap((vault) => (this.holds(vault, relied) ? (vault.held.record.shipped?.confirmed ?? []) : []))
      .sort()
      .at(-1);
  }

  /**
   * Returns why a generation is whole at no vault, so that it is not waited for; undefined if it is whole at one, or may be.
   * A vault that was not asked yet, or has been silent for a short time only, is waited for.
   */
  lost({ generation, must }: Wanted): string | undefined {
    const isThere = (each: Vault) =>
      must.length === 0
        ? each.held.isWhole(generation)
        : must.every((snapshot) => each.held.isWhole(generation, snapshot));
    const reasons = this.vaults.map((vault) => {
      if (!vault.seen.last.answers) return vault.seen.isSilent ? `${vault.open.host} is silent` : undefined;
      const proof = vault.held.record.generations[generation];
      const wasAsked = must.every((snapshot) => proof?.must.includes(snapshot));
      // One that could not be proved is not waited for either, whatever its host answers.
      if (proof === undefined || !wasAsked) return vault.held.stuck;
      return isThere(vault) ? undefined : proof.problem?.message;
    });
    if (this.answering.length === 0 || this.answering.some(isThere)) return undefined;
    return reasons.includes(undefined) ? undefined : reasons.join("; ");
  }

  /** Returns the keeper's report about each vault. */
  status(relied: Relied): KeeperStatus["vaults"] {
    return this.vaults.map((vault) => {
      const { shipped, generations } = vault.held.record;
      const times = relied.wanted.flatMap(({ generation }) => generations[generation]?.at ?? []).sort();
      const isHeld = relied.wanted.length > 0 && this.holds(vault, relied);
      return {
        ...{ host: vault.open.host, ...vault.seen.last },
        ...(isHeld && { proved: times[0] }),
        ...(isHeld && shipped && { until: shipped.until, confirmed: shipped.confirmed }),
        lacks: Object.values(generations).flatMap(({ problem }) => problem ?? []),
      };
    });
  }
}

/** The generations of a kind of a service at a vault, oldest first. */
export async function generationsAt(
  vault: Pick<CopiedVault, "status">,
  service: string,
  kind: string,
): Promise<string[]> {
  const { generations } = await vault.status();
  const start = `${service}/${kind}-`;
  return generations
    .flatMap(({ name }) => (name.startsWith(start) ? name.slice(service.length + 1) : []))
    .sort();
}
