import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { PointContents } from "../../foundation/restore-point/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { ServerName } from "../../platform/database/manifests.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import { firstIncarnation } from "../incarnation.ts";
import { type Period, secondsOf } from "../periods.ts";
import type { PointsSettings } from "./settings.ts";

/** Where the rows of a service are, and whose programs dump them. */
export type PointRows = { database: string } & (
  | {
      engine: "postgresql";
      major: PostgresqlMajor;
      /** The server of ours; nothing where somebody else runs it. */
      server: ServerName | undefined;
      /** Name of the Secret with which an application's pods reach them; a service's are known by its volumes. */
      secret?: string;
    }
  | {
      engine: "mariadb";
      /** Name of the server of ours. */
      server: string;
      /** Name of the Secret with which its pods reach them. */
      secret: string;
    }
);

/** Name of the server of ours that rows are on; nothing where somebody else runs it. */
export function serverOfRows(rows: PointRows): string | undefined {
  return rows.engine === "mariadb" ? rows.server : rows.server?.server;
}

/** A service, or an application of an association, as far as its restore points need it. */
export interface PointSubject {
  /** Whose points they are: the name of its repositories and of its chain. */
  service: string;
  running: PointsSettings["running"];
  /** Labels of the keys that the data needs. */
  keys: readonly string[];
  contents: PointContents;
  /** The pods that use its files: one node only can mount a volume. */
  beside: Workload;
  /** Nothing where it keeps files alone. */
  rows: PointRows | undefined;
  /** Whether nothing of it runs that mounts its volumes: an association's that is suspended. */
  isSuspended?: boolean;
  /** Whether its files are in a bucket, of which nothing is copied. */
  isInBucket: boolean;
}

/** The restore points of a service, with all that is known of them. */
export interface PointsPlan
  extends Pick<PointSubject, "service" | "contents" | "beside" | "rows" | "isSuspended"> {
  commune: string;
  /** As a CronJob spells it, UTC; nothing in a drill, where points are read and none is taken. */
  schedule: string | undefined;
  /** How long one is after the other, seconds. */
  everySeconds: number;
  settings: PointsSettings;
}

/** What the pods of one service's points depend on, beside their plan. */
export interface PointsSpec extends PointsPlan {
  /** Nothing where it keeps files alone. */
  connection: DatabaseConnection | undefined;
  /** Certificate authority of the vaults, PEM, beside the system's. */
  authority: string | undefined;
  /** The ConfigMap that has it, where that is not the one with the settings. */
  authorityFrom?: string;
}

/** What every point is told of the commune. */
interface Of {
  commune: string;
  recovery: RecoveryDeclaration | undefined;
  /** Which of the commune's sites it is. */
  incarnation: number | undefined;
  /** Whose points they are, where a copy of that commune is drilled. */
  drillOf?: string | undefined;
  /** Checksum of what is declared. */
  declaration: string;
}

/** The restore points of every service whose files are on volumes; none where no vault is declared. */
export function planPoints(
  { commune, recovery, incarnation = firstIncarnation, drillOf, declaration }: Of,
  subjects: readonly PointSubject[],
): PointsPlan[] {
  if (recovery === undefined || recovery.vaults.length === 0) return [];
  return subjects
    .filter(({ isInBucket }) => !isInBucket)
    .map(({ isInBucket: _, running, keys, ...subject }) => ({
      ...subject,
      commune,
      everySeconds: secondsOf(recovery.filesEvery),
      schedule:
        drillOf === undefined ? scheduleOf(recovery.filesEvery, `${commune}/${subject.service}`) : undefined,
      settings: {
        ...{ commune: drillOf ?? commune, service: subject.service, incarnation },
        vaults: recovery.vaults,
        volumes: subject.contents.volumes,
        ...(subject.contents.freeze && { freeze: subject.contents.freeze }),
        ...(subject.rows && { database: subject.rows.database }),
        ...(subject.rows?.engine === "mariadb" && { engine: "mariadb" as const }),
        ...{ running, keys, declaration },
      },
    }));
}

/** Services of a commune, and communes of a metropolis, do not all begin at the same moment: once a day is after two at night, UTC. */
function scheduleOf(every: Period, name: string): string {
  const minute = Number.parseInt(checksum(name, 8), 16) % 60;
  const hours = secondsOf(every) / 3600;
  return `${minute} ${hours === 24 ? "2" : hours === 1 ? "*" : `*/${hours}`} * * *`;
}

/** What a run takes: restic's index and what it compares are most of it (docs/recovery.md). MiB. */
export const pointLimitMiB = 512;

/** What the pods of restore points may take in the namespace of their service: one at a time. */
export const pointGuests: Guests = { pods: 1, memoryMiB: pointLimitMiB, nodePorts: 0 };

/** What one may take where processors and the node's disk are counted: restic derives keys, and its cache is on that disk. */
export const pointBounds = { millicores: 1000, ephemeralMiB: 1024 };

/** The same in the namespace of an association, for each of its applications that is copied. */
export const boundedPointGuests: Guests = { ...pointGuests, bounds: pointBounds };
