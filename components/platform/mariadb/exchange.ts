import { type ExchangeStep, inUseAlready, notExchanged, wholeMark } from "../database/exchange.ts";
import { givenRights } from "./rights.ts";

/**
 * The databases beside an application's own while its rows are exchanged: one for those that come, and one for those that
 * were there. Both begin with its name, by which a proof of erasure finds them.
 *
 * @param mark tells one exchange from another: the number of a restore point.
 */
export function besideDatabases(database: string, mark: string): { coming: string; former: string } {
  return { coming: `${database}_${mark}_in`, former: `${database}_${mark}_out` };
}

/** Who reads rows that come: a user that reaches one database, beside the application's. */
export interface Loader {
  /** Where it connects from, as MariaDB writes it. */
  from: "%" | "localhost";
  /** Its password: that of the application's own user, or what a variable of the shell holds. */
  password: "the application's" | { variable: string };
}

/** MariaDB's client beside the server. */
export const besideServer = "mariadb --socket=/run/mysqld/mysqld.sock";

/**
 * What all steps begin with: how far it is. What came is "whole" when that was said of it, and "exchanged" when it is not
 * beside any more. A server that says nothing ends the step.
 */
function beginning(database: string, mark: string): string {
  const { coming, former } = besideDatabases(database, mark);
  return `set -euo pipefail
own=${database} coming=${coming} former=${former}
root() { ${besideServer} --user=root --batch --raw --skip-column-names; }
fail() { echo "$*" >&2; exit 1; }
state=$(root << SQL
SELECT IF((SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$coming' AND schema_comment = '${wholeMark}') = 0, 'bringing',
  IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$coming') = 0, 'exchanged', 'whole'));
SQL
)
`;
}

/** A table alone can be moved to another database: what belongs to one, or is none, would be lost without a word. */
const refuseOthers = `others=$(root << SQL
SELECT GROUP_CONCAT(name) FROM (
  SELECT CONCAT(LOWER(table_type), ' ', table_name) AS name FROM information_schema.tables
   WHERE table_schema IN ('$own', '$coming') AND table_type <> 'BASE TABLE'
  UNION SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE trigger_schema IN ('$own', '$coming')
) AS others;
SQL
)
[ "$others" = NULL ] || fail "these cannot be moved with the tables: $others. Remove them, or put the rows back by hand"
`;

/**
 * Moves the tables of the application's own database to the first one that is named, and those of the second one to it, in
 * one statement, which MariaDB does whole or not at all.
 * Source: https://mariadb.com/kb/en/rename-table/, https://mariadb.com/kb/en/atomic-ddl/
 */
const move = `move() {
  local rename
  rename=$(root << SQL
SET SESSION group_concat_max_len = 16777216;
SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(
  CONCAT(table_schema, '.', quoted, ' TO ', IF(table_schema = '$own', '$1', '$own'), '.', quoted)
  ORDER BY table_schema = '$2'))
  FROM (SELECT table_schema, CONCAT(CHAR(96), REPLACE(table_name, CHAR(96), CONCAT(CHAR(96), CHAR(96))), CHAR(96)) AS quoted
          FROM information_schema.tables WHERE table_schema IN ('$own', '$2')) AS both_of_them;
SQL
  )
  # Who holds a table is nobody of the application's, which has ended.
  printf 'SET SESSION lock_wait_timeout = 60;\\n%s;\\n' "$rename" | root
}
`;

/**
 * For bash beside the server: makes an empty database beside an application's own, where the disk has room for it, and who
 * reads rows into it. They are somebody's text: who reads them reaches nothing else.
 */
export function prepareRows(database: string, mark: string, { from, password }: Loader): string {
  const isOwn = password === "the application's";
  const identified = isOwn ? "PASSWORD '$hash'" : `'$${password.variable}'`;
  return `${beginning(database, mark)}${refuseOthers}if [ $state = exchanged ]; then echo "${inUseAlready}"; exit; fi
left=$(root <<< "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$former'")
[ $left = 0 ] || fail "$former has tables, and nothing was exchanged: look at it first"
needed=$(root <<< "SELECT COALESCE(ROUND(SUM(data_length + index_length) * 1.2), 0) FROM information_schema.tables WHERE table_schema = '$own'")
room=$(df --block-size=1 --output=avail /var/lib/mysql | tail -n 1)
[ "$room" -ge "$needed" ] || fail "the volume of the server has $((room / 1048576)) MiB left, and another database beside $own takes about $((needed / 1048576)) MiB: declare more storage first"
${isOwn ? `hash=$(root <<< "SELECT JSON_VALUE(Priv, '$.authentication_string') FROM mysql.global_priv WHERE User = '$own' AND Host = '%'")\n` : ""}root << SQL
DROP DATABASE IF EXISTS $coming;
DROP DATABASE IF EXISTS $former;
CREATE DATABASE $coming;
CREATE OR REPLACE USER '$coming'@'${from}' IDENTIFIED BY ${identified};
GRANT ${givenRights} ON \\\`\${coming//_/\\\\_}\\\`.* TO '$coming'@'${from}';
SQL
`;
}

/** For bash beside the server: says of what came that it is whole. Nothing else is ever put in another one's place. */
export function markWhole(database: string, mark: string): string {
  return `${beginning(database, mark)}root <<< "ALTER DATABASE $coming COMMENT = '${wholeMark}'"\n`;
}

const dropLoader = `root <<< "DROP USER IF EXISTS '$coming'@'%', '$coming'@localhost"\n`;

/** For bash beside the server, as its superuser: the steps after rows were brought. Each can be asked again when it was cut. */
export function exchangeRows(step: Exclude<ExchangeStep, "prepare">, database: string, mark: string): string {
  const steps = {
    there: `if [ $state = exchanged ]; then echo "${inUseAlready}"; exit; fi
[ $state = whole ] || fail "the rows of the point were not brought, or are not whole"
${refuseOthers}${dropLoader}root <<< "CREATE DATABASE IF NOT EXISTS $former"
${move}move $former $coming
`,
    back: `if [ $state != exchanged ]; then echo "${notExchanged}"; exit; fi
${refuseOthers}${move}move $coming $former
`,
    release: `${dropLoader}root <<< "DROP DATABASE IF EXISTS $coming; DROP DATABASE IF EXISTS $former"\n`,
  };
  return `${beginning(database, mark)}${steps[step]}`;
}
