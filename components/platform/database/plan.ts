import type * as z from "zod";
import type { Availability } from "../../foundation/availability/availability.ts";
import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { DatabaseClient } from "./contract.ts";
import { associationDatabaseSection, type serviceDatabaseSection } from "./declaration.ts";
import type { DatabaseSpec, ServerName } from "./manifests.ts";

/** A server of ours as declared, which the commune's shared one and a service's own have in common. */
export type DeclaredServer = z.output<typeof serviceDatabaseSection>;

/** An association's server as its file says it. */
type DeclaredForAssociation = z.output<typeof associationDatabaseSection>;

/** The least that a PostgreSQL server is given, MiB. */
const leastMiB = 256;

/**
 * A server with every size known.
 *
 * @param neededMiB memory that the services on it ask for, when none is declared.
 * @param tolerated availability of whoever uses it; a server may declare its own.
 */
export function planServer(
  name: ServerName,
  {
    version,
    upgradeFrom,
    memory,
    storage,
    restoreFrom,
    availability,
  }: Pick<DeclaredServer, "version" | "upgradeFrom" | "memory" | "storage"> &
    Partial<Pick<DeclaredServer, "restoreFrom" | "availability">>,
  neededMiB: number,
  { storageClass }: Pick<Site, "storageClass">,
  tolerated: Availability,
): DatabaseSpec {
  const isSpread = (availability ?? tolerated) === "node-loss";
  return {
    ...name,
    major: version,
    ...(isSpread && { availability: "node-loss" as const }),
    upgradeFrom,
    ...(restoreFrom && { restoreFrom }),
    memoryMiB: memory ? mebibytes(memory) : Math.max(leastMiB, neededMiB),
    storageGiB: gibibytes(storage),
    storageClass,
  };
}

/** The server that services share: ours, or one outside, which is asked by programs of its version. */
export type SharedServer = { ours: DatabaseSpec } | { outside: object; major: PostgresqlMajor };

/** Name of the server that services share, and the suffix of its namespace. */
export const sharedServerName = "database";

/** Name of the PostgreSQL server of an association, and the suffix of its namespace; and back. As with MariaDB's, it is no other's. */
export const { of: associationDatabase, ownerOf: ownerOfDatabase } = ownedNames("pg--");

/** Name of the server that a service has of its own. */
export function ownServer(service: string): string {
  return `${service}-database`;
}

/**
 * Plans the PostgreSQL server of an association: nobody else is on it.
 *
 * @param declared what its file says of it; the least where it says nothing.
 * @param isSpatial whether what is on it needs PostGIS.
 */
export function planAssociationDatabase(
  { commune, id }: { commune: string; id: string },
  declared: DeclaredForAssociation | undefined,
  isSpatial: boolean,
  site: Pick<Site, "storageClass">,
): DatabaseSpec {
  const name = { commune, server: associationDatabase(id) };
  const server = declared ?? associationDatabaseSection.parse({});
  // Associations' applications are single so far (docs/availability.md).
  const planned = planServer(name, server, leastMiB, site, "single");
  return { ...planned, ...(isSpatial && { isSpatial }) };
}

/** PostgreSQL servers of associations, as they are planned with them. */
export interface PostgresqlPlans {
  /** Each with the field that declares it, and the databases on it. */
  dedicatedPostgresqls?: readonly { field: string[]; server: DatabaseSpec; clients: DatabaseClient[] }[];
}

/** A service's own servers: the one that it uses, and the one that it used before it moved its rows elsewhere. */
export interface OwnServers {
  dedicatedDatabase: DatabaseSpec | undefined;
  formerDatabase: DatabaseSpec | undefined;
}

/**
 * Plans the `dedicatedDatabase:` of a service.
 *
 * @param facts of its commune; the availability is the service's own where it declares one.
 */
export function planOwnServers(
  { commune, service }: { commune: string; service: string },
  declared: DeclaredServer | undefined,
  neededMiB: number,
  facts: Pick<Site, "storageClass"> & { availability: Availability },
): OwnServers {
  const name = { commune, server: ownServer(service) };
  const server = declared && planServer(name, declared, neededMiB, facts, facts.availability);
  return declared?.retired === undefined
    ? { dedicatedDatabase: server, formerDatabase: undefined }
    : { dedicatedDatabase: undefined, formerDatabase: server };
}
