import { patiently } from "../../foundation/manifest/reach.ts";
import { ownTables } from "../../platform/database/tables.ts";
import { pointsFolders, pointsSecrets, workFiles } from "./settings.ts";

/**
 * Rows as they are at one moment, straight into the repository: nothing of them is on a disk in between. Counts and dump
 * see the same rows, by PostgreSQL's exported snapshot. A pipe would hide a dump that failed: restic runs it itself, and
 * leaves no snapshot then. Before 0.19 restic can hang when an upload fails (restic#5683): hence the limit of time.
 * Source: https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 */
export const dumpScript = `cd ${pointsFolders.work}
export PGPASSWORD="$(cat ${pointsFolders.secrets}/${pointsSecrets.databasePassword})"
set -a
. ./${workFiles.repository}
set +a
${patiently}
patiently psql --no-psqlrc --quiet --output=/dev/null --command 'SELECT 1'
coproc SESSION { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\\t' --set=ON_ERROR_STOP=1; }
exec 3<&"\${SESSION[0]}" 4>&"\${SESSION[1]}"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();' >&4
read -r snapshot <&3
date --utc +%Y-%m-%dT%H:%M:%SZ > ${workFiles.takenAt}
cat >&4 << 'SQL'
\\o ${workFiles.server}
SELECT current_setting('server_version');
SELECT system_identifier FROM pg_control_system();
\\o ${workFiles.rows}
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  ${ownTables} ORDER BY 1 \\gexec
\\o
\\echo counted
SQL
read -r counted <&3
[ "$counted" = counted ] && [ -s ${workFiles.rows} ] || { echo "$PGDATABASE has no tables: an empty database is no restore point." >&2; exit 1; }
timeout 6h ${pointsFolders.tools}/restic backup --quiet --json --host "$COMMUNE" --tag dump --retry-lock 2m \\
  --stdin-filename "$PGDATABASE.dump" --stdin-from-command -- \\
  pg_dump --format=custom --compress=0 --snapshot="$snapshot" | tail -n 1 > ${workFiles.dump}
echo '\\q' >&4
# What is there is read back: a dump without tables has been taken for one before.
id=$(sed 's/.*"snapshot_id":"\\([0-9a-f]*\\)".*/\\1/' ${workFiles.dump})
tables=$(pg_restore --list < <(${pointsFolders.tools}/restic dump --quiet "$id" "$PGDATABASE.dump" 2> /dev/null) | grep -c ' TABLE DATA ')
[ "$tables" -gt 0 ] || { echo "The dump of $PGDATABASE has no tables." >&2; exit 1; }
echo "$PGDATABASE: $tables tables with data dumped, of $(wc -l < ${workFiles.rows}), as of $(cat ${workFiles.takenAt})"
used=($(cut --delimiter=' ' --fields=14-17 /proc/$$/stat))
printf 'dump: done in %d.%02d s of processor time\\n' $(((used[0] + used[1] + used[2] + used[3]) / 100)) $(((used[0] + used[1] + used[2] + used[3]) % 100))
`;
