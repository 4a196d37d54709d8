import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import type { Relied } from "./held.ts";
import type { Parts } from "./parts.ts";
import type { Slot } from "./server.ts";
import type { KeeperState } from "./spool.ts";

/** Status that a keeper publishes. */
export function statusOf(
  {
    settings,
    spool,
    copies,
    failures,
    now,
  }: Pick<Parts, "settings" | "spool" | "copies" | "failures" | "now">,
  {
    state,
    relied,
    usedBytes,
    slot,
  }: { state: KeeperState; relied: Relied; usedBytes: number; slot: Slot | undefined },
): KeeperStatus {
  const { shipped, base, gaps, dumps, confirmed, rehearsals } = state;
  return {
    at: now().toISOString(),
    ...{ server: settings.server, method: settings.method, rpoSeconds: settings.rpoSeconds },
    ...{ confirmed, shipped },
    base: base && { snapshot: base.snapshot, generation: base.generation, ended: base.ended },
    slot: slot && { status: slot.status, isActive: slot.isActive },
    spool: { usedBytes, limitBytes: settings.spoolBytes, isHeld: spool.isHeld },
    vaults: copies.status(relied),
    ...{ dumps, gaps, rehearsals, failures: failures.all },
  };
}
