import { patiently } from "../../foundation/manifest/reach.ts";
import { endWhenStillScript } from "../../foundation/program/still-script.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { besideName, wholeMark } from "../../platform/database/exchange.ts";
import { restoreJobs } from "../../platform/database/sizing.ts";
import { ownTables } from "../../platform/database/tables.ts";
import { besideDatabases } from "../../platform/mariadb/exchange.ts";
import { pointsFolders, pointsSecrets, workFiles } from "./settings.ts";

const { work: WORK, tools: TOOLS, secrets: SECRETS } = pointsFolders;
const { repository: REPOSITORY } = workFiles;
const { databasePassword: DATABASE_PASSWORD } = pointsSecrets;

/** Files that the container that dumps leaves behind. */
const left = {
  TAKEN_AT: workFiles.takenAt,
  SERVER: workFiles.server,
  ROWS: workFiles.rows,
  DUMP: workFiles.dump,
};

/** Files that the container that loads finds. */
const found = { SNAPSHOT: workFiles.snapshot, EXPECTED: workFiles.expected, WHOLE_MARK: wholeMark };

/** The application's password, as bash reads it. */
const ownPassword = `$(cat ${SECRETS}/${DATABASE_PASSWORD})`;

/**
 * Returns the script that dumps the rows at one moment straight into the repository, without a disk in between. Names of
 * tables and dump are of the same moment through PostgreSQL's exported snapshot; rows are counted in the dump. A pipe would hide a failed dump: restic runs the
 * dump itself, and leaves no snapshot if it fails. Before 0.19 restic can hang when an upload fails (restic#5683): it is
 * ended when nothing moves.
 * Source: https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 */
export function dumpScript(): string {
  return readTemplate("recovery/points/pod/dump.bash", {
    ...{ WORK, TOOLS, SECRETS, DATABASE_PASSWORD, REPOSITORY },
    ...left,
    TABLES: "tables",
    PATIENTLY: patiently(),
    END_WHEN_STILL: endWhenStillScript(),
    COUNT_COPIED: countCopied(),
    OWN_TABLES: ownTables,
  });
}

/**
 * Returns the function of bash that counts the rows of each table in what `pg_restore` makes of a dump on its way to the
 * vault: the server is read once. Each line between a `COPY` and its end is a row, because a line break in a value is written
 * as two characters. It prints the tables of a file, each with its name as SQL and as the manifest has it, with their rows.
 * Source: https://www.postgresql.org/docs/17/sql-copy.html, "Text Format".
 */
function countCopied(): string {
  return readTemplate("recovery/points/pod/count-copied.bash");
}

/**
 * Returns the script that loads the rows of a point into the empty database beside the service's, counts each table,
 * and marks it as complete if all counts match the manifest. It logs in as the role that was made for that: the service
 * cannot. The extensions exist already: they are the superuser's, as is PostGIS' table of coordinate systems; rights on what is
 * to come are given by the role that makes it, which is another one here. The dump's list is at its beginning, which is fetched first: indexes and
 * constraints are made of it alone, over several connections, after all rows came through a pipe. No disk holds the dump.
 */
export function loadScript(): string {
  return readTemplate("recovery/points/pod/load.bash", {
    ...{ WORK, TOOLS, REPOSITORY },
    ...found,
    PATIENTLY: patiently(),
    END_WHEN_STILL: endWhenStillScript(),
    JOBS: restoreJobs,
    BESIDE: besideName("$name", "$POINT"),
    OWN_TABLES: ownTables,
  });
}

/**
 * Returns the commands with which a user connects to MariaDB; name and password are as bash reads them. The client reads the
 * password in a file, and not in a variable: it then also verifies the server's own certificate, which only somebody who knows
 * the password can sign.
 */
function mariadbConnecting(user: string, password: string): string {
  return readTemplate("recovery/points/pod/mariadb-connect.bash", {
    USER: user,
    PASSWORD: password,
    PATIENTLY: patiently(),
  });
}

/**
 * Returns the script that reads a dump and prints how many rows it has for each table: each line of the dump is one
 * row, because a line break in a value is written as two characters. A truncated dump lacks its last line.
 */
export function countDumped(): string {
  return readTemplate("recovery/points/pod/count-dumped.bash");
}

/**
 * Returns the script that dumps the rows at one moment straight into the repository, as for PostgreSQL. MariaDB cannot
 * share the moment of a transaction, so rows are counted in what the vault returns.
 * Source: https://mariadb.com/kb/en/mariadb-dump/, --single-transaction, --skip-extended-insert
 */
export function mariadbDumpScript(): string {
  return readTemplate("recovery/points/pod/mariadb-dump.bash", {
    ...{ WORK, TOOLS, REPOSITORY },
    ...left,
    CONNECT: mariadbConnecting("$DATABASE", ownPassword),
    END_WHEN_STILL: endWhenStillScript(),
    COUNT_DUMPED: countDumped(),
  });
}

/**
 * Returns the script that loads the rows of a point into the empty database beside the application's, counts each
 * table, and marks it as complete if all counts match the manifest. The dump is read by a user that reaches only that
 * database, and by a client that runs none of its commands (`--sandbox`).
 */
export function mariadbLoadScript(): string {
  const { coming } = besideDatabases(`\${DATABASE}`, `\${POINT}`);
  return readTemplate("recovery/points/pod/mariadb-load.bash", {
    ...{ WORK, TOOLS, REPOSITORY },
    ...found,
    COMING: coming,
    CONNECT: mariadbConnecting("$BESIDE", "$LOADER_PASSWORD"),
    END_WHEN_STILL: endWhenStillScript(),
  });
}
