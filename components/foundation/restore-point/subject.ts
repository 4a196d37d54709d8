import type { Availability } from "../availability/availability.ts";
import type { PostgresqlMajor } from "../image/catalogue.ts";
import type { Workload } from "../manifest/labels.ts";
import type { PointBucket, PointContents } from "./contract.ts";

/** Location of a service's rows, and the programs that dump them. */
export type PointRows = { database: string } & (
  | {
      engine: "postgresql";
      major: PostgresqlMajor;
      /** Our server; undefined if somebody else runs it. */
      server: { commune: string; server: string; availability?: Availability } | undefined;
      /**
       * Name of the Secret with which an application's pods reach the rows. Services need none: their volumes identify
       * them.
       */
      secret?: string;
    }
  | {
      engine: "mariadb";
      /** Name of the server of ours. */
      server: string;
      /** Name of the Secret with which the application's pods reach the rows. */
      secret: string;
    }
);

/** The facts that restore points need about a service, or about an application of an association. */
export interface PointSubject {
  /** Name of the service in its repositories and in its chain. */
  service: string;
  /** Software that runs: its version, its host, and the domain of its accounts. */
  running: { version: string; host: string; handles?: string };
  /** Labels of the keys that the data needs. */
  keys: readonly string[];
  contents: PointContents;
  /** Labels of the pods that use its files: only one node can mount a volume. */
  beside: Workload;
  /** Undefined if the service keeps only files. */
  rows: PointRows | undefined;
  /** Whether no pod mounts its volumes, because its association is suspended. */
  isSuspended?: boolean;
  /** Whether processors and disk of its namespace are limited. */
  isBounded?: boolean;
  /** Bucket with its files, or most of them; absent if they are on volumes. */
  bucket?: PointBucket;
}
