import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import { firstIncarnation } from "../incarnation.ts";
import type { KeeperSettings } from "./settings.ts";

/** How a commune's servers are copied. */
export interface CopyingPlan {
  /** How much may be lost at most, seconds. */
  rpoSeconds: number;
  /** Who keeps the copies; the first gets them first. */
  vaults: readonly string[];
  /** Days for which a generation is kept after its last one. */
  keepDays: number;
  /** Which of the commune's sites it is: a vault that knows of a later one gets nothing. */
  incarnation: number;
  /** Of the spools; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** What is promised where nothing is declared. */
const usualRpoSeconds = 300;

/** The log is shipped no more often, seconds: a shipment takes some. */
const shortestTurnSeconds = 20;

interface CopyingSite {
  storageClass: string | undefined;
  incarnation?: number | undefined;
}

/** Nothing where no vault is declared. */
export function planCopying(
  recovery: RecoveryDeclaration | undefined,
  { storageClass, incarnation = firstIncarnation }: CopyingSite,
): CopyingPlan | undefined {
  if (recovery === undefined || recovery.vaults.length === 0) return undefined;
  const { vaults, rpo, keep } = recovery;
  const rpoSeconds = rpo?.seconds ?? usualRpoSeconds;
  return { rpoSeconds, vaults, keepDays: Math.ceil(keep.seconds / 86_400), incarnation, storageClass };
}

/** The keeper of one database server, with every size known. */
export interface KeeperPlan extends CopyingPlan {
  commune: string;
  /** Name of the server: `database`. */
  server: string;
  /** Whose tools are used. */
  major: PostgresqlMajor;
  method: KeeperSettings["method"];
  /** Port of a server that somebody else runs; nothing where it is ours. */
  outsidePort: number | undefined;
  /** Size of the spool, GiB. */
  spoolGiB: number;
}

/** What the log of a few hours without a vault takes, GiB. */
export const spoolGiB = 4;

/** The suffix of the keeper's namespace: it has one of its own, which has no key to the server but its own; and back. */
export const { of: keeperService, ownerOf: serverKept } = ownedNames("", "-keeper");

/** How often it looks: three times within what may be lost, so that two may fail. */
export function turnSeconds(rpoSeconds: number): number {
  return Math.max(shortestTurnSeconds, Math.round(rpoSeconds / 3));
}
