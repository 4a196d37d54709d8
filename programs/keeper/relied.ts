import { keeperKinds, walGeneration } from "../../components/recovery/keeper/generation.ts";
import type { Base } from "../../components/recovery/keeper/shipment.ts";
import { currentGeneration, freshGeneration } from "../../components/recovery/vault/generation.ts";
import type { Copies } from "./copies.ts";
import type { Target } from "./daily.ts";
import type { Relied, Wanted } from "./held.ts";
import type { Parts } from "./parts.ts";
import type { KeeperState } from "./spool.ts";

/** What is relied on to go back: the base, the log that only vaults have, the newest shipment, and the dumps. */
export function reliedOn({
  base,
  parts = [],
  shipped,
  dumps,
}: Pick<KeeperState, "base" | "parts" | "shipped" | "dumps">): Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (generation: string, snapshot: string | undefined, newest?: string) => {
    const before = wanted.get(generation) ?? { generation, must: [] };
    const must = snapshot === undefined ? before.must : [...before.must, snapshot];
    wanted.set(generation, { ...before, must, ...(newest !== undefined && { newest }) });
  };
  if (base !== undefined) add(base.generation, base.snapshot);
  for (const { generation, snapshot } of parts) add(generation, snapshot);
  if (shipped !== undefined) add(shipped.generation, undefined, shipped.snapshot);
  for (const { generation, snapshot } of dumps) if (generation !== undefined) add(generation, snapshot);
  return [...wanted.values()];
}

/**
 * Returns where a whole copy goes: the vault that is written to, and its generations. A fresh one is begun instead of one
 * in which something is missing there, and that is said.
 *
 * @param now the server's clock, ISO 8601.
 */
export async function targetOf(copies: Copies, now: string, say: (line: object) => void): Promise<Target> {
  const { held, repositories } = copies.mustWrite();
  const at = new Date(now);
  const generation = async (kind: string) => {
    const names = await copies.generations(kind);
    const current = currentGeneration(kind, at, names);
    if (!held.isDamaged(current)) return current;
    const fresh = freshGeneration(kind, at, names);
    if (fresh === undefined) throw new Error(`${current} is damaged, and so are those of today and tomorrow`);
    say({ vault: held.host, damaged: current, begins: fresh });
    return fresh;
  };
  return {
    ...{ held, repositories },
    base: await generation(keeperKinds.base),
    dump: await generation(keeperKinds.dump),
  };
}

/** What is relied on, and the shipment that the vault that is written to has. */
export function reliedAt(copies: Copies, state: KeeperState): Relied {
  return { wanted: reliedOn(state), shipped: copies.writing?.held.record.shipped };
}

/**
 * Returns the generation that the log after a base goes to: of the day on which the base ended, or a fresh one, into which
 * all of the log since the base goes again, if that one is damaged at the vault and no other one has it whole.
 */
export async function logGeneration(
  copies: Copies,
  { base, log }: { base: Base; log: string | undefined },
  { now, say }: Pick<Parts, "now" | "say">,
): Promise<string> {
  const current = log ?? walGeneration(base.ended);
  const lost = copies.lost({ generation: current, must: [] });
  if (lost === undefined || !copies.mustWrite().held.isDamaged(current)) return current;
  const fresh = freshGeneration(keeperKinds.log, now(), await copies.generations(keeperKinds.log));
  if (fresh === undefined) throw new Error(lost);
  say({ damaged: current, begins: fresh, lost });
  return fresh;
}
