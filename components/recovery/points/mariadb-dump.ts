import { patiently } from "../../foundation/manifest/reach.ts";
import { pointsFolders, pointsSecrets, workFiles } from "./settings.ts";

/**
 * How a user with the application's password reaches the server. With the password in a file, and not in a variable, the
 * client also holds the server's own certificate to what only who knows that password can sign.
 */
export const mariadbConnecting = (user: string) => `${patiently}
umask 077
printf '[client]\\npassword=%s\\nhost=%s\\nuser=%s\\n' "$(cat ${pointsFolders.secrets}/${pointsSecrets.databasePassword})" "$HOST" ${user} > /tmp/client.cnf
sql() { patiently mariadb --defaults-file=/tmp/client.cnf --connect-timeout=10 --batch --skip-column-names "$@"; }
`;

/**
 * Reads a dump and says of each table how many rows it brings: a line of the dump is a row, whatever is in it, because a
 * line break in a value is written as two characters. A dump that was cut has no last line.
 */
export const countDumped = `count_dumped() {
  local -A rows=()
  local count what rest table end=''
  while read -r count what rest table; do
    case $what in
      CREATE) rows[$table]=\${rows[$table]:-0} ;;
      INSERT) rows[$table]=$count ;;
      --) end=there ;;
    esac
  done < <(grep --text --extended-regexp --only-matching '^(CREATE TABLE|INSERT INTO) \`[^\`]+\`|^-- Dump completed' | sort | uniq --count)
  [ "$end" = there ] || { echo "The dump of $DATABASE has no end." >&2; return 1; }
  for table in "\${!rows[@]}"; do printf '%s\\t%d\\n' "\${table//\\\`/}" "\${rows[$table]}"; done | sort
}
`;

/**
 * Rows as they are at one moment, straight into the repository, as PostgreSQL's are (dump.ts). MariaDB lends nobody the
 * moment of a transaction, so that rows are counted in what the vault gives back.
 * Source: https://mariadb.com/kb/en/mariadb-dump/, --single-transaction, --skip-extended-insert
 */
export const mariadbDumpScript = `cd ${pointsFolders.work}
set -a
. ./${workFiles.repository}
set +a
${mariadbConnecting('"$DATABASE"')}${countDumped}sql --execute='SELECT VERSION(); SELECT @@server_uid' > ${workFiles.server}
date --utc +%Y-%m-%dT%H:%M:%SZ > ${workFiles.takenAt}
timeout 6h ${pointsFolders.tools}/restic backup --quiet --json --host "$COMMUNE" --tag dump --retry-lock 2m \\
  --stdin-filename "$DATABASE.sql" --stdin-from-command -- \\
  mariadb-dump --defaults-file=/tmp/client.cnf --single-transaction --skip-lock-tables --no-tablespaces --hex-blob \\
  --skip-extended-insert --no-autocommit "$DATABASE" | tail -n 1 > ${workFiles.dump}
id=$(sed 's/.*"snapshot_id":"\\([0-9a-f]*\\)".*/\\1/' ${workFiles.dump})
${pointsFolders.tools}/restic dump --quiet "$id" "$DATABASE.sql" | count_dumped > ${workFiles.rows}
[ -s ${workFiles.rows} ] || { echo "$DATABASE has no tables: an empty database is no restore point." >&2; exit 1; }
echo "$DATABASE: $(wc -l < ${workFiles.rows}) tables dumped, as of $(cat ${workFiles.takenAt})"
`;
