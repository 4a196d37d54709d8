import { patiently } from "../../foundation/manifest/reach.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { besideName, wholeMark } from "../../platform/database/exchange.ts";
import { ownTables } from "../../platform/database/tables.ts";
import { besideDatabases } from "../../platform/mariadb/exchange.ts";
import { pointsFolders, pointsSecrets, workFiles } from "./settings.ts";

const { work: WORK, tools: TOOLS, secrets: SECRETS } = pointsFolders;
const { repository: REPOSITORY } = workFiles;
const { databasePassword: DATABASE_PASSWORD } = pointsSecrets;

/** What the container that dumps leaves behind. */
const left = {
  TAKEN_AT: workFiles.takenAt,
  SERVER: workFiles.server,
  ROWS: workFiles.rows,
  DUMP: workFiles.dump,
};

/** What the container that loads finds. */
const found = { SNAPSHOT: workFiles.snapshot, EXPECTED: workFiles.expected, WHOLE_MARK: wholeMark };

/**
 * Rows as they are at one moment, straight into the repository: nothing of them is on a disk in between. Counts and dump
 * see the same rows, by PostgreSQL's exported snapshot. A pipe would hide a dump that failed: restic runs it itself, and
 * leaves no snapshot then. Before 0.19 restic can hang when an upload fails (restic#5683): hence the limit of time.
 * Source: https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 */
export function dumpScript(): string {
  return readTemplate("recovery/points/pod/dump.bash", {
    ...{ WORK, TOOLS, SECRETS, DATABASE_PASSWORD, REPOSITORY },
    ...left,
    PATIENTLY: patiently(),
    OWN_TABLES: ownTables,
  });
}

/**
 * Brings the rows of a point into the empty database that was made beside the service's, counts each table, and says that
 * it is whole when all counts are the manifest's. Extensions are there already: they are the superuser's, as is PostGIS' table
 * of coordinate systems. A dump is read twice, first for its list, because a pipe cannot be read again.
 */
export function loadScript(): string {
  return readTemplate("recovery/points/pod/load.bash", {
    ...{ WORK, TOOLS, SECRETS, DATABASE_PASSWORD, REPOSITORY },
    ...found,
    PATIENTLY: patiently(),
    BESIDE: besideName("$name", "$POINT"),
    OWN_TABLES: ownTables,
  });
}

/**
 * How a user with the application's password reaches MariaDB. With the password in a file, and not in a variable, the
 * client also holds the server's own certificate to what only who knows that password can sign.
 */
function mariadbConnecting(user: string): string {
  return readTemplate("recovery/points/pod/mariadb-connect.bash", {
    ...{ SECRETS, DATABASE_PASSWORD },
    USER: user,
    PATIENTLY: patiently(),
  });
}

/**
 * Reads a dump and says of each table how many rows it brings: a line of the dump is a row, whatever is in it, because a
 * line break in a value is written as two characters. A dump that was cut has no last line.
 */
export function countDumped(): string {
  return readTemplate("recovery/points/pod/count-dumped.bash");
}

/**
 * Rows as they are at one moment, straight into the repository, as PostgreSQL's are. MariaDB lends nobody the moment of a
 * transaction, so that rows are counted in what the vault gives back.
 * Source: https://mariadb.com/kb/en/mariadb-dump/, --single-transaction, --skip-extended-insert
 */
export function mariadbDumpScript(): string {
  return readTemplate("recovery/points/pod/mariadb-dump.bash", {
    ...{ WORK, TOOLS, REPOSITORY },
    ...left,
    CONNECT: mariadbConnecting('"$DATABASE"'),
    COUNT_DUMPED: countDumped(),
  });
}

/**
 * Brings the rows of a point into the empty database that was made beside the application's, counts each table, and says
 * that it is whole when all counts are the manifest's. A dump is read by a user that reaches that database alone, and by a
 * client that runs no command of it (`--sandbox`).
 */
export function mariadbLoadScript(): string {
  const { coming } = besideDatabases(`\${DATABASE}`, `\${POINT}`);
  return readTemplate("recovery/points/pod/mariadb-load.bash", {
    ...{ WORK, TOOLS, REPOSITORY },
    ...found,
    COMING: coming,
    CONNECT: mariadbConnecting('"$BESIDE"'),
  });
}
