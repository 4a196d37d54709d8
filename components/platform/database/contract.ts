import type { Output, Resource } from "@pulumi/pulumi";
import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** Address of one service's database. */
export interface DatabaseConnection {
  host: string;
  port: number;
  /** Name of the database and of its owner. */
  database: string;
  /** libpq's `sslmode`. Source: https://www.postgresql.org/docs/17/libpq-ssl.html */
  sslMode: "disable" | "require" | "verify-full";
}

/** Requirements of a service for its database server: a role and a database of the same name, which it owns. */
export interface DatabaseClient {
  /** Name of the database and of its owner: a service's own, or one that says nothing of whose it is. */
  database: string;
  /** Label from which its password is derived; that of the service of this name if absent. */
  password?: SecretLabel;
  /** The pods that connect. */
  workloads: Workloads;
  /** Components that stay connected through libpq; those that end, a pooler and programs on Node are absent. */
  libpq?: readonly string[];
  /** Whether these reach the server through a pooler. */
  isPooled?: boolean;
  /** Extensions that must exist before the service starts, such as `pg_trgm`. */
  extensions: readonly string[];
}

/** One service's database, as its component uses it. */
export interface ServiceDatabase {
  connection: DatabaseConnection;
  password: Output<string>;
  /** Names the password and its version, where it has one: a change restarts the pods that use it. */
  passwordLabel: string;
  /** Resources that must exist before the service can connect. */
  ready: readonly Resource[];
  /** Whether it is several servers, of which another one takes the writes when one is lost. */
  isSpread: boolean;
  /** The client's half of the network policy. */
  networkPolicyFrom(workloads: Workloads): NetworkPolicy;
}

/** Access to all of a server for what keeps copies of it: its log of changes, and every row. */
export interface CopyAccess {
  connection: DatabaseConnection;
  /** Whether it is several servers, of which another one takes the writes when one is lost. */
  isSpread: boolean;
  /** Name of the role. */
  role: string;
  password: Output<string>;
  /** Names the password and its version. */
  passwordLabel: string;
  /** Resources that must exist before it can connect. */
  ready: readonly Resource[];
}

/** A server that databases are got from: a PostgreSQL of ours, one that somebody else runs, or our MariaDB. */
export interface DatabaseServer {
  /**
   * Returns the database of a service.
   *
   * @throws if the server does not have this client.
   */
  databaseOf(service: string): ServiceDatabase;
}
