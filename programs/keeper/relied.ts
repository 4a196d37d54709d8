import { keeperKinds, walGeneration } from "../../components/recovery/keeper/generation.ts";
import { type Base, baseSnapshots } from "../../components/recovery/keeper/shipment.ts";
import { currentGeneration, freshGenerations } from "../../components/recovery/vault/generation.ts";
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

/** Generations that the keeper itself has written to, as far as it knows: what a vault lists, its host may have made up. */
function writtenTo({ base, whole, dumps }: Pick<KeeperState, "base" | "whole" | "dumps">): string[] {
  return [base, whole, ...dumps].flatMap((each) => each?.generation ?? []);
}

/**
 * Returns the destination of a whole copy: the vault that new data goes to, and its generations. A fresh one begins in place
 * of one that is damaged there, and the log says so.
 *
 * @param now the server's clock, ISO 8601.
 */
export function targetOf(
  copies: Copies,
  { state, now }: { state: KeeperState; now: string },
  say: (line: object) => void,
): Target {
  const { held, repositories } = copies.mustWrite();
  const at = new Date(now);
  const names = writtenTo(state);
  const generation = (kind: string) => {
    const current = currentGeneration(kind, at, names);
    const wholes = [current, ...freshGenerations(kind, at, names)].filter((each) => !held.isDamaged(each));
    const [chosen] = wholes;
    if (chosen === undefined)
      throw new Error(`${current} is damaged, and so are those of today and tomorrow`);
    if (chosen !== current) say({ vault: held.host, damaged: current, begins: chosen });
    return chosen;
  };
  return {
    ...{ held, repositories },
    base: generation(keeperKinds.base),
    dump: generation(keeperKinds.dump),
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
export function logGeneration(
  copies: Copies,
  { base, log }: { base: Base; log: string | undefined },
  { now, say }: Pick<Parts, "now" | "say">,
): string {
  const current = log ?? walGeneration(base.ended);
  const { held } = copies.mustWrite();
  const lost = copies.lost({ generation: current, must: [] });
  if (lost === undefined || !held.isDamaged(current)) return current;
  const fresh = freshGenerations(keeperKinds.log, now(), [current]).find((each) => !held.isDamaged(each));
  if (fresh === undefined) throw new Error(lost);
  say({ damaged: current, begins: fresh, lost });
  return fresh;
}
