import { keeperKinds } from "../../components/recovery/keeper/generation.ts";
import {
  lastRehearsals,
  type Rehearsal,
  type Rehearsals,
  readRehearsal,
  rehearsalTag,
} from "../../components/recovery/rehearsal/rehearsal.ts";
import { generationsAt } from "./copies.ts";
import type { Parts } from "./parts.ts";
import { messageOf } from "./run.ts";

/** Time between two looks, milliseconds: each starts restic at each vault. */
const everyMs = 3_600_000;

/** Generations of base copies in which a rehearsal of the last weeks may be: the quarter's, and the one before. */
const lookedAt = 2;

/** Results of rehearsals, as these wrote them down at the vaults. */
export class SeenRehearsals {
  private at = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: Pick<Parts, "settings" | "copies" | "now" | "say">) {}

  /** Returns what is known after a look, which is taken once an hour; undefined if there are no rehearsals. */
  async look(before: Rehearsals | undefined): Promise<Rehearsals | undefined> {
    const { settings, now } = this.parts;
    if (!settings.isRehearsed) return undefined;
    const at = now().toISOString();
    const since = Object.fromEntries(settings.vaults.map((host) => [host, before?.since[host] ?? at]));
    const last = before?.last ?? {};
    if (performance.now() - this.at < everyMs) return { since, last };
    const found = await this.found();
    this.at = performance.now();
    return { since, last: lastRehearsals([...Object.values(last), ...found]) };
  }

  /** Vaults copy them from each other, and one that was silent has them later. */
  private async found(): Promise<Rehearsal[]> {
    const { settings, copies, say } = this.parts;
    const found: Rehearsal[] = [];
    for (const { open, repositories } of copies.answering) {
      try {
        const generations = await generationsAt(open, settings.server, keeperKinds.base);
        for (const generation of generations.slice(-lookedAt)) {
          const snapshots = await repositories.snapshots(generation, rehearsalTag);
          found.push(...snapshots.flatMap(({ tags }) => readRehearsal(tags) ?? []));
        }
      } catch (error) {
        say({ vault: open.host, gives: "no rehearsals", failed: messageOf(error) });
      }
    }
    return found;
  }
}
