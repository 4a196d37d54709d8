import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import {
  besideName,
  type ExchangeStep,
  exchangeScript,
  wholeMark,
} from "../../components/platform/database/exchange.ts";
import type { ServerName } from "../../components/platform/database/manifests.ts";
import { superuserOptions } from "../../components/platform/database/superuser.ts";
import type { ApplicationDatabase } from "../../components/tenants/applications/application.ts";
import { toolkitTemplate } from "../../local/template.ts";

/** A database of an application on PostgreSQL. */
type PostgresqlDatabase = Extract<ApplicationDatabase, { engine: "postgresql" }>;

/** Words of `kubectl exec` that run a command for bash beside an association's PostgreSQL server, which trusts its own pod. */
export function postgresqlWords({ commune, server }: ServerName, command: string): string[] {
  const at = [`--namespace=${namespaceOf({ commune, service: server })}`, "database-0"];
  return ["exec", ...at, "--container=postgresql", "--", "bash", "-c", command];
}

const asSuperuser = `PGOPTIONS='${superuserOptions}' psql --username=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1`;

/** Bytes of each database on a server: name, tab, number. */
export const databaseSizes = `${asSuperuser} --tuples-only --no-align --field-separator=$'\\t' --command='SELECT datname, pg_database_size(datname) FROM pg_database'`;

/**
 * Writes a database as text that its own role can read again, as that role: extensions, their table of coordinate systems
 * and remarks are the superuser's.
 */
export function dumpRows(database: string): string {
  return `pg_dump --username=${database} --no-owner --no-privileges --no-comments --exclude-table='*.spatial_ref_sys' ${database}`;
}

/** Mark of an import's exchange; those of restore points are numbers. */
const mark = "import";

/**
 * Script for bash beside the server, as its superuser: a step of the exchange of rows that arrive with those in use.
 */
export function exchangeRows(step: ExchangeStep, { name, extensions }: PostgresqlDatabase): string {
  const set = { name, point: mark, step, extensions: extensions.join(",") };
  const variables = Object.entries(set).map(([key, value]) => `--set=${key}=${value}`);
  return `${asSuperuser} ${variables.join(" ")} << 'SQL'\n${exchangeScript()}SQL\n`;
}

/**
 * Script for bash beside the server: reads a dump into the empty database beside the application's, and prints the
 * SHA-256 of what arrived. A dump is somebody else's text: it is read by the role that owns that database, and by a
 * client that runs no command of it. Source: https://www.postgresql.org/docs/17/app-psql.html, `\restrict`
 */
export function loadRows(database: PostgresqlDatabase): string {
  const coming = besideName(database.name, mark);
  return toolkitTemplate("scripts/tenant/load-postgresql.bash", {
    RELEASE: exchangeRows("release", database),
    PREPARE: exchangeRows("prepare", database),
    COMING: coming,
  }).trimEnd();
}

/**
 * Script for bash beside the server: gives the application the rows that were read, in one step, and removes the
 * former ones.
 */
export function useRows(database: PostgresqlDatabase): string {
  return toolkitTemplate("scripts/tenant/use-postgresql.bash", {
    AS_SUPERUSER: asSuperuser,
    COMING: besideName(database.name, mark),
    WHOLE_MARK: wholeMark,
    THERE: exchangeRows("there", database),
    RELEASE: exchangeRows("release", database),
  });
}
