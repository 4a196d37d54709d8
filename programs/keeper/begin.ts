import { keeperKinds } from "../../components/recovery/keeper/generation.ts";
import {
  type Base,
  type KeptShipment,
  newestShipment,
  readTags,
} from "../../components/recovery/keeper/shipment.ts";
import { readHistory, readPosition, showPosition } from "../../components/recovery/keeper/wal.ts";
import { type DatedVault, generationsAt } from "./copies.ts";
import type { DailyCopy } from "./daily.ts";
import type { Parts } from "./parts.ts";
import { messageOf } from "./run.ts";
import type { Observation } from "./server.ts";
import type { Chain, KeeperState } from "./spool.ts";

/** Time without progress after which a vault is not waited for any more: the numbers of shipments go on from what it has. */
const stillMs = 120_000;

/** Parts and state with which a chain begins. */
interface Beginning {
  parts: Parts;
  daily: DailyCopy;
  state: KeeperState;
}

/**
 * Continues a chain on another timeline of the same server, if its base and the received log lead there: the server failed
 * over, or was restored to a moment after the base. Returns whether it continues.
 */
export async function follow(
  observed: Observation,
  { parts, daily, state, chain, base }: Beginning & { chain: Chain; base: Base },
): Promise<boolean> {
  const { server, spool, say } = parts;
  if (observed.system !== chain.system || observed.timeline <= chain.timeline) return false;
  const left = leftAt(await server.history(observed.timeline), { chain, base, state });
  if (left === undefined) return false;
  say({ follows: observed.timeline, from: showPosition(left) });
  await daily.stop();
  await spool.stop();
  await server.stopReceiver().catch(() => undefined);
  if (observed.slot === undefined || observed.slot.status === "lost") await server.renewSlot();
  await spool.cut(chain, left);
  chain.timeline = observed.timeline;
  const { shipped } = state;
  if (shipped !== undefined && readPosition(shipped.end) > left) shipped.end = showPosition(left);
  // The state is written first, then the log is received.
  await spool.writeState(state);
  await spool.begin(chain);
  return true;
}

/** Returns where the server left a chain's timeline; undefined if the base, or log that only vaults have, ends after that. */
function leftAt(
  history: string,
  { chain, base, state: { parts = [] } }: { chain: Chain; base: Base; state: KeeperState },
): bigint | undefined {
  const left = readHistory(history).find(({ timeline }) => timeline === chain.timeline)?.end;
  if (left === undefined) return undefined;
  return [base, ...parts].every(({ end }) => readPosition(end) <= left) ? left : undefined;
}

/**
 * Starts again with a new folder, slot and base; nothing that was received before is of use to it. Returns the new state.
 *
 * @param reason why the chain ends.
 */
export async function beginAgain(
  observed: Observation,
  reason: string,
  { parts, daily, state: before }: Beginning,
): Promise<KeeperState> {
  const { spool, server, say } = parts;
  const { system, timeline, segmentBytes } = observed;
  const { shipped, confirmed, dumps, gaps, sequence, vaults = {} } = before;
  const known = shipped ?? (sequence === 0 ? await knownAtVaults(parts) : undefined);
  const isOpen = gaps.some(({ to }) => to === undefined);
  const gap = { from: known?.until, to: undefined, reason };
  say({ begins: reason });
  await daily.stop();
  // The state is written first: a keeper that is killed below starts again.
  const state: KeeperState = {
    ...{ sequence: Math.max(sequence, known?.sequence ?? 0), dumps, vaults },
    ...(confirmed !== undefined && { confirmed }),
    gaps: isOpen ? gaps : [...gaps, gap].slice(-100),
  };
  await spool.writeState(state);
  await spool.stop();
  await server.renewSlot();
  const id = observed.now.replace(/[^0-9]/g, "").slice(0, 17);
  const chain: Chain = { id, system, timeline, segmentBytes };
  await spool.removeAllBut(undefined);
  await spool.begin(chain);
  state.chain = chain;
  await spool.writeState(state);
  await spool.release();
  return state;
}

/** Returns the newest shipment of the vaults, for a spool that knows none; undefined if there is none. */
async function knownAtVaults({
  copies,
  settings,
  say,
}: Parts): Promise<{ sequence: number; until: string } | undefined> {
  const knownAt = async ({ open, repositories }: DatedVault): Promise<KeptShipment[]> => {
    try {
      const generation = (await generationsAt(open, settings.server, keeperKinds.log)).at(-1);
      if (generation === undefined) return [];
      return (await repositories.snapshots(generation, "wal", { stillMs })).flatMap(({ id, tags }) => {
        const shipment = readTags(tags);
        return shipment ? [{ ...shipment, snapshot: id, generation }] : [];
      });
    } catch (error) {
      say({ vault: open.host, gives: "no shipments", failed: messageOf(error) });
      return [];
    }
  };
  return newestShipment((await Promise.all(copies.answering.map(knownAt))).flat());
}
