import { keeperKinds, walGeneration } from "../../components/recovery/keeper/generation.ts";
import { type Base, baseSnapshots } from "../../components/recovery/keeper/shipment.ts";
import { currentGeneration, freshGeneration } from "../../components/recovery/vault/generation.ts";
import type { Copies } from "./copies.ts";
import type { Target } from "./daily.ts";
import type { Relied, Wanted } from "./held.ts";
import type { Parts } from "./parts.ts";
import type { KeeperState } from "./spool.ts";

/** Returns everything that a restore needs: the base, the log that only vaults have, the newest shipment, and the dumps. */
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
  if (base !== undefined) for (const snapshot of baseSnapshots(base)) add(base.generation, snapshot);
  for (const { generation, snapshot } of parts) add(generation, snapshot);
  if (shipped !== undefined) add(shipped.generation, undefined, shipped.snapshot);
  for (const { generation, snapshot } of dumps) if (generation !== undefined) add(generation, snapshot);
  return [...wanted.values()];
}

/**
 * Returns the destination of a whole copy: the vault that new data goes to, and its generations. A fresh one begins in place
 * of one that is damaged there, and the log says so.
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

/** Returns everything that is relied on, with the newest shipment at the vault that new data goes to. */
export function reliedAt(copies: Copies, state: KeeperState): Relied {
  return { wanted: reliedOn(state), shipped: copies.writing?.held.record.shipped };
}

/**
 * Returns the generation that the log after a base goes to: that of the day on which the base ended or, if it is damaged at
 * the vault and whole at no other, a fresh one, into which all of the log since the base goes again.
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
