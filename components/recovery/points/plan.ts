import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { PointBucket } from "../../foundation/restore-point/contract.ts";
import type { PointRows, PointSubject } from "../../foundation/restore-point/subject.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import { firstIncarnation } from "../incarnation.ts";
import { type Period, secondsOf } from "../periods.ts";
import type { PointsSettings } from "./settings.ts";

/** Returns the name of our server that has the rows; undefined if somebody else runs it. */
export function serverOfRows(rows: PointRows): string | undefined {
  return rows.engine === "mariadb" ? rows.server : rows.server?.server;
}

/** The restore points of a service, with every setting known. */
export interface PointsPlan
  extends Pick<
    PointSubject,
    "service" | "contents" | "beside" | "rows" | "isSuspended" | "isBounded" | "bucket"
  > {
  commune: string;
  /** Schedule in CronJob's syntax, UTC; undefined in a drill, where points are read and none is taken. */
  schedule: string | undefined;
  /** Seconds between two points. */
  everySeconds: number;
  settings: PointsSettings;
}

/** The plan of a service's points with everything else that their pods are made of. */
export interface PointsSpec extends PointsPlan {
  /** Undefined if the service keeps only files. */
  connection: DatabaseConnection | undefined;
  /** Certificate authority of the vaults, PEM, beside the system's. */
  authority: string | undefined;
  /** The ConfigMap with the authority, unless it is the one with the settings. */
  authorityFrom?: string;
}

/** Facts about the commune that every point needs. */
interface Of {
  commune: string;
  recovery?: RecoveryDeclaration | undefined;
  /** Incarnation of the commune's site. */
  incarnation: number | undefined;
  /** The original commune, if this one is a copy for a drill. */
  drillOf?: string | undefined;
  /** Checksum of the declaration. */
  declaration: string;
}

/**
 * Plans the restore points of every service; empty if no vault is declared. A copy for a drill has none of a service with a
 * bucket: the bucket is the original's, and a restore would write to it.
 */
export function planPoints(
  { commune, recovery, incarnation = firstIncarnation, drillOf, declaration }: Of,
  subjects: readonly PointSubject[],
): PointsPlan[] {
  if (recovery === undefined || recovery.vaults.length === 0) return [];
  return subjects
    .filter(({ bucket }) => bucket === undefined || drillOf === undefined)
    .map(({ running, keys, ...subject }) => ({
      ...subject,
      commune,
      everySeconds: secondsOf(recovery.filesEvery),
      schedule:
        drillOf === undefined ? scheduleOf(recovery.filesEvery, `${commune}/${subject.service}`) : undefined,
      settings: {
        ...{ commune: drillOf ?? commune, service: subject.service, incarnation },
        vaults: recovery.vaults,
        volumes: subject.contents.volumes,
        ...(subject.bucket && { bucket: placeOf(subject.bucket) }),
        ...(subject.contents.freeze && { freeze: subject.contents.freeze }),
        ...(subject.rows && { database: subject.rows.database }),
        ...(subject.rows?.engine === "mariadb" && { engine: "mariadb" as const }),
        ...{ running, keys, declaration },
      },
    }));
}

const placeOf = ({ keys: _, ...place }: PointBucket) => place;

/**
 * Returns the schedule of a period. Services and communes do not all begin at the same minute: once a day means after
 * 02:00 UTC.
 */
function scheduleOf(every: Period, name: string): string {
  const minute = Number.parseInt(checksum(name, 8), 16) % 60;
  const hours = secondsOf(every) / 3600;
  return `${minute} ${hours === 24 ? "2" : hours === 1 ? "*" : `*/${hours}`} * * *`;
}

/** Memory limit of a run, MiB: mostly for restic's index and the trees that it compares (docs/recovery.md). */
export const pointLimitMiB = 512;

/** Resources for the pods of restore points in the namespace of their service: one at a time. */
const pointGuests: Guests = { pods: 1, memoryMiB: pointLimitMiB, nodePorts: 0 };

/** Resources of a run if processors and the node's disk are limited: restic derives keys, and its cache is on that disk. */
export const pointBounds = { millicores: 1000, ephemeralMiB: 1024 };

/** Resources for the pods of restore points in the namespace of an association, for each application that is copied. */
const boundedPointGuests: Guests = { ...pointGuests, bounds: pointBounds };

/** Returns the resources for the pods of a plan's points in their namespace. */
export function guestsOfPoints({ isBounded }: Pick<PointsPlan, "isBounded">): Guests {
  return isBounded ? boundedPointGuests : pointGuests;
}
