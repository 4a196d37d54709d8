import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import { firstIncarnation } from "../incarnation.ts";
import type { BucketPoints, KeeperSettings } from "./settings.ts";

/** Settings that the copies of all of a commune's servers share. */
export interface CopyingPlan {
  /** Longest span of changes that may be lost, seconds. */
  rpoSeconds: number;
  /** Hosts of the copies; the first receives them first. */
  vaults: readonly string[];
  /** Days for which a generation is kept after its last day. */
  keepDays: number;
  /** Whether servers are brought back every week, to see that their copies can be. */
  rehearsals: RecoveryDeclaration["rehearsals"];
  /** Incarnation of the commune's site: a vault that knows a later one accepts nothing from it. */
  incarnation: number;
  /** Storage class of the spools; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Promise if the declaration has none, seconds. */
const usualRpoSeconds = 300;

/** Shortest time between two shipments, seconds: a shipment takes several. */
const shortestTurnSeconds = 20;

interface CopyingSite {
  storageClass: string | undefined;
  incarnation?: number | undefined;
}

/** Plans the copies of a commune's database servers; undefined if no vault is declared. */
export function planCopying(
  { recovery }: { recovery?: RecoveryDeclaration | undefined },
  { storageClass, incarnation = firstIncarnation }: CopyingSite,
): CopyingPlan | undefined {
  if (recovery === undefined || recovery.vaults.length === 0) return undefined;
  const { vaults, rpo, keep, rehearsals } = recovery;
  const rpoSeconds = rpo?.seconds ?? usualRpoSeconds;
  const keepDays = Math.ceil(keep.seconds / 86_400);
  return { rpoSeconds, vaults, keepDays, rehearsals, incarnation, storageClass };
}

/** Alerts on restore points: `elsewhere` if the reconciler's cause them, which knows of neighbours' vaults. */
export type PointAlerts = "elsewhere" | { everySeconds: number };

/** The keeper of one database server, with every size known. */
export interface KeeperPlan extends CopyingPlan {
  commune: string;
  /** Name of the server: `database`. */
  server: string;
  /** Major version of the PostgreSQL tools that it uses. */
  major: PostgresqlMajor;
  method: KeeperSettings["method"];
  /** Databases that restore points dump. */
  dumpedByPoints: readonly string[];
  /** Restore points in buckets that it looks up; undefined if there are none, or another keeper does. */
  points: (BucketPoints & { alerts: PointAlerts }) | undefined;
  /** Size of its volume, GiB; undefined for a server that somebody else runs. */
  storageGiB: number | undefined;
  /** Port of a server that somebody else runs; undefined for one of ours. */
  outsidePort: number | undefined;
  /** Size of the spool, GiB. */
  spoolGiB: number;
}

/**
 * Returns the size of the volume that a server is brought back into every week, GiB; undefined if it is not. Nothing is known
 * of the size of a server that somebody else runs, and dumps need no log.
 */
export function rehearsalGiB({
  rehearsals,
  method,
  storageGiB,
}: Pick<KeeperPlan, "rehearsals" | "method" | "storageGiB">): number | undefined {
  return rehearsals === "weekly" && method === "log" ? storageGiB : undefined;
}

/** Size of the spool, GiB: room for the log of a few hours without a vault. */
export const spoolGiB = 4;

/** Suffix of the keeper's namespace, and back. The namespace is its own: it holds no key to the server but the keeper's. */
export const { of: keeperService, ownerOf: serverKept } = ownedNames("", "-keeper");

/** Seconds between two shipments: three fit into the span that may be lost, so that two may fail. */
export function turnSeconds(rpoSeconds: number): number {
  return Math.max(shortestTurnSeconds, Math.round(rpoSeconds / 3));
}
