import { firstIncarnation, latestIncarnation } from "../../components/recovery/incarnation.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { copyVault, type Judge } from "../../components/recovery/vault/copy.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { messageOf } from "./run.ts";

type Seen = KeeperStatus["vaults"][number];

/** A vault, and the `Date` that it answered with last. */
export interface DatedVault {
  open: OpenVault;
  lastDate: () => string | undefined;
}

/** The vaults: the first gets what is new, and what it has is brought to the others as files. */
export class Copies {
  seen: Seen[];
  /** The number of the latest site that a vault knows of. */
  private latest = firstIncarnation;
  private silentSince: number | undefined;
  private running: Promise<void> | undefined;
  private failed: unknown;

  /**
   * @param service whose generations are brought.
   * @param judge recognises which of a vault's files are this commune's.
   */
  constructor(
    private readonly vaults: readonly [DatedVault, ...DatedVault[]],
    private readonly service: string,
    private readonly judge: Judge,
  ) {
    this.seen = vaults.map(({ open: { host } }) => ({ host, answers: false }));
  }

  /** Asks each vault how it is. */
  async look(): Promise<void> {
    this.seen = await Promise.all(this.vaults.map((vault) => this.lookAt(vault)));
    this.silentSince = this.firstAnswers ? undefined : (this.silentSince ?? performance.now());
  }

  get firstAnswers(): boolean {
    return this.seen[0]?.answers === true;
  }

  /** Time for which the first vault has not answered, in milliseconds. */
  get silentMs(): number {
    return this.silentSince === undefined ? 0 : performance.now() - this.silentSince;
  }

  /** Throws if a vault knows of a later site of the commune: its copies are that one's from then on. */
  refuseReplaced(own: number): void {
    if (this.latest <= own) return;
    throw new Error(
      `a vault knows of incarnation ${this.latest} of this commune, and this one is ${own}: another site took its place, and nothing is copied from here any more`,
    );
  }

  /** The generations of a kind at the first vault, oldest first. */
  generations(kind: string): Promise<string[]> {
    return generationsAt(this.vaults[0].open, this.service, kind);
  }

  /** Begins to bring what the others lack of some generations. Throws if the last time that ended failed. */
  bring(generations: readonly string[]): void {
    const [first, ...others] = this.vaults;
    if (this.running === undefined && this.firstAnswers && others.length > 0 && generations.length > 0) {
      const only = generations.map((generation) => `${this.service}/${generation}`);
      this.running = this.bringAll(first, others, only).finally(() => {
        this.running = undefined;
      });
    }
    if (this.failed !== undefined) throw this.failed;
  }

  private async bringAll(
    { open: from }: DatedVault,
    others: readonly DatedVault[],
    only: readonly string[],
  ): Promise<void> {
    let failed: unknown;
    for (const { open: to } of others) {
      try {
        await copyVault(from, to, { judge: this.judge, only });
        for (const path of only) await sayComplete(to, path);
      } catch (error) {
        failed = error;
      }
    }
    this.failed = failed;
  }

  private async lookAt({ open, lastDate }: DatedVault): Promise<Seen> {
    const { host } = open;
    try {
      this.latest = Math.max(this.latest, latestIncarnation(await open.once()));
      const date = Date.parse(lastDate() ?? "");
      return {
        host,
        answers: true,
        ...(!Number.isNaN(date) && { aheadSeconds: (date - Date.now()) / 1000 }),
      };
    } catch (error) {
      return { host, answers: false, problem: messageOf(error) };
    }
  }
}

/** The generations of a kind of a service at a vault, oldest first. */
export async function generationsAt(vault: OpenVault, service: string, kind: string): Promise<string[]> {
  const { generations } = await vault.status();
  const start = `${service}/${kind}-`;
  return generations
    .flatMap(({ name }) => (name.startsWith(start) ? name.slice(service.length + 1) : []))
    .sort();
}

/** Whatever is brought is whole: what its first vault says of that is not asked. */
async function sayComplete(vault: OpenVault, path: string): Promise<void> {
  if ((await vault.get(`${path}/complete`)) === undefined) {
    await vault.put(`${path}/complete`, Buffer.from("yes"));
  }
}
