import { keeperKinds } from "../../components/recovery/keeper/generation.ts";
import type { KeeperSettings } from "../../components/recovery/keeper/settings.ts";
import {
  lastRehearsals,
  type Rehearsal,
  type Rehearsals,
  readRehearsal,
  rehearsalTag,
} from "../../components/recovery/rehearsal/rehearsal.ts";
import { type DatedVault, generationsAt } from "./copies.ts";
import type { Parts } from "./parts.ts";
import { messageOf } from "./run.ts";

/** Time between two looks at a vault, milliseconds: each starts restic. */
const everyMs = 3_600_000;

/** Generations of base copies in which a rehearsal of the last weeks may be: the quarter's, and the one before. */
const lookedAt = 2;

/** The vaults, and whose rehearsals are looked for. */
interface SeenParts extends Pick<Parts, "now" | "say"> {
  settings: Pick<KeeperSettings, "isRehearsed" | "vaults" | "server">;
  copies: { answering: readonly DatedVault[] };
}

/** Results of rehearsals, as these wrote them down at the vaults. */
export class SeenRehearsals {
  /** Rehearsals that each vault has, by host: vaults copy them from each other. */
  private readonly found = new Map<string, readonly Rehearsal[]>();
  /** Time of the last look at each vault, by host, on this process's own clock; infinite during one. */
  private readonly looks = new Map<string, number>();

  constructor(private readonly parts: SeenParts) {}

  /**
   * Returns what is known; undefined if there are no rehearsals. Starts to look at each vault that answers, once an hour: no
   * turn waits for what a vault gives.
   */
  look(before: Rehearsals | undefined): Rehearsals | undefined {
    const { settings, copies, now } = this.parts;
    if (!settings.isRehearsed) return undefined;
    for (const vault of copies.answering) this.startAt(vault);
    const at = now().toISOString();
    const since = Object.fromEntries(settings.vaults.map((host) => [host, before?.since[host] ?? at]));
    const all = [...Object.values(before?.last ?? {}), ...[...this.found.values()].flat()];
    return { since, last: lastRehearsals(all) };
  }

  private startAt(vault: DatedVault): void {
    const { host } = vault.open;
    const last = this.looks.get(host) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - last < everyMs) return;
    this.looks.set(host, Number.POSITIVE_INFINITY);
    void this.foundAt(vault)
      .then(
        (found) => void this.found.set(host, found),
        (error) => this.parts.say({ vault: host, gives: "no rehearsals", failed: messageOf(error) }),
      )
      .then(() => this.looks.set(host, performance.now()));
  }

  private async foundAt({ open, repositories }: DatedVault): Promise<Rehearsal[]> {
    const found: Rehearsal[] = [];
    const generations = await generationsAt(open, this.parts.settings.server, keeperKinds.base);
    for (const generation of generations.slice(-lookedAt)) {
      const snapshots = await repositories.snapshots(generation, rehearsalTag);
      found.push(...snapshots.flatMap(({ tags }) => readRehearsal(tags) ?? []));
    }
    return found;
  }
}
