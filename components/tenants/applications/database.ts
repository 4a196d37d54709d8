import { Refusal, written } from "../../foundation/declaration/written.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { databaseConnection } from "../../platform/database/manifests.ts";
import { associationDatabase } from "../../platform/database/plan.ts";
import { mariadbConnection } from "../../platform/mariadb/manifests.ts";
import {
  type ApplicationDatabase,
  type Engine,
  releaseOf,
  secretLabel,
  type TenantFacts,
} from "./application.ts";

/** An application's declaration of its rows. */
interface Rows {
  engine: Engine;
  /** Extensions that must be in a PostgreSQL database before the application starts. */
  extensions: readonly string[];
  /** Description of its user's password, for the list of secrets. */
  description: string;
}

/**
 * Returns the name of an application's database and of its user: letters and digits that do not reveal whose it is. In
 * a drill it is the name in the original commune, which the restore points contain.
 */
export function databaseName(
  { commune, drillOf = commune, id }: Pick<TenantFacts, "commune" | "drillOf" | "id">,
  application: string,
): string {
  return `t${checksum([drillOf, id, application], 20)}`;
}

const namePattern = /^[a-z][a-z0-9_]{0,62}$/;

/** Schema of the name of an application's database, as written in SQL without quotes. */
export function databaseIdentifier() {
  return written<string>({
    title: "name of a database",
    noun: "the name of a database",
    example: "t0123456789abcdef0123",
    pattern: namePattern,
    maximumLength: 63,
    read: (text) =>
      namePattern.test(text)
        ? text
        : new Refusal("may only have small letters, digits and underscores, a letter first"),
  });
}

/** Returns the database of an application: on the MariaDB of its association, or on a PostgreSQL of its own. */
export function databaseOf(
  tenant: TenantFacts,
  application: string,
  { engine, extensions, description }: Rows,
): ApplicationDatabase {
  const named = {
    name: databaseName(tenant, application),
    secret: `${releaseOf(tenant, application)}-database`,
    key: "password",
    label: secretLabel(tenant.service, application, "database-password", "by itself", description),
  };
  return engine === "mariadb"
    ? { engine, server: tenant.databaseServer, ...named }
    : { engine, server: associationDatabase(tenant.id), ...named, extensions };
}

/** Returns the database's values for a chart: its address, and the Secret with its user's password. */
export function databaseValues(
  { commune }: Pick<TenantFacts, "commune">,
  { engine, server, name, secret, key }: ApplicationDatabase,
): Pick<DatabaseConnection, "host" | "port"> & Pick<ApplicationDatabase, "name" | "secret" | "key"> {
  const connectionTo = { mariadb: mariadbConnection, postgresql: databaseConnection }[engine];
  const { host, port } = connectionTo({ commune, server }, name);
  return { host, port, name, secret, key };
}
