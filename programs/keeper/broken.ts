import { readPosition } from "../../components/recovery/keeper/wal.ts";
import type { Observation } from "./server.ts";
import type { KeeperState } from "./spool.ts";

/** Step of a clock that counts as set and not as steered, in milliseconds: a smaller one is not worth a base. */
const steeredMs = 5000;

/** Returns why the log cannot be continued from where it was shipped to; undefined if it can. */
export function brokenBy(
  { slot, system, timeline, position, now }: Observation,
  { chain, shipped }: Pick<KeeperState, "chain" | "shipped">,
): string | undefined {
  if (chain === undefined) return "it begins";
  if (system !== chain.system) return "the server is another one";
  if (timeline !== chain.timeline) return "the server was restored";
  if (shipped !== undefined && position < readPosition(shipped.end)) return "the server went back in time";
  // What is written from then on bears times that were shipped already: a restore to them would end before it.
  if (shipped !== undefined && Date.parse(now) < Date.parse(shipped.until) - steeredMs)
    return "the server's clock was set back";
  if (slot === undefined) return "the server knows of no keeper any more";
  if (slot.status === "lost") return "the server kept its log as long as it could, and then no more";
  return undefined;
}
