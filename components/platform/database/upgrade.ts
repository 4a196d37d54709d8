import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { initScript } from "./init-script.ts";
import { ownTables } from "./tables.ts";

/**
 * A major upgrade by dump and restore, in the pod of the server and before it starts: the old server has ended, so
 * nobody writes. What the folder of the volume holds says how far it came, so that it can be cut at any point:
 *
 * - `pgdata` of the old version: everything begins again, with a new dump.
 * - `pgdata` of the new version: done.
 * - no `pgdata`, but `pgdata.new` and the mark `upgrade/restored`: cut between the two renames.
 *
 * Source: https://www.postgresql.org/docs/17/upgrading.html, 18.6.1.
 */
const common = `${initScript}# How many rows each table of a database has, and where each sequence is.
contents() {
  query --dbname="$1" << 'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  ${ownTables}
UNION ALL
SELECT format('SELECT %L, last_value FROM %I.%I', schemaname || '.' || sequencename, schemaname, sequencename)
  FROM pg_sequences
 ORDER BY 1 \\gexec
SQL
}
`;

/** Runs in the image of the old version; does nothing when the data is not of that version. */
export const dumpScript = `${common}
if [ "$(major_of pgdata)" != "$PG_MAJOR" ]; then
  echo "The data is not PostgreSQL $PG_MAJOR's: there is nothing to dump."
  exit 0
fi
rm -rf upgrade pgdata.new
used=$(du -sm pgdata | cut -f 1) free=$(df --output=avail --block-size=1M . | tail -n 1)
[ "$free" -ge $((used * 2)) ] ||
  fail "The upgrade needs $((used * 2)) MiB beside the data, and the volume has $free MiB left. Nothing was changed. Raise the storage of the database, or go back to version \\"$PG_MAJOR\\" (docs/database.md)."
mkdir upgrade
start pgdata
pg_dumpall --globals-only > upgrade/globals.sql
query --command="SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres'" > upgrade/databases
while read -r database; do
  pg_dump --format=custom --file="upgrade/$database.dump" "$database"
  contents "$database" > "upgrade/$database.contents"
  echo "$database: $(wc -l < "upgrade/$database.contents") tables and sequences dumped"
done < upgrade/databases
stop pgdata
touch upgrade/dumped
sync
`;

/** Runs in the image of the new version: fills a server of its own, compares, and puts it in the old one's place. */
export function restoreScript(from: PostgresqlMajor): string {
  return `${common}
old=${from}
if ! [ -e pgdata ] && [ -e upgrade/restored ]; then mv pgdata.new pgdata; fi
case $(major_of pgdata) in
  '')
    echo "A new server: there is nothing to restore."
    exit 0
    ;;
  "$PG_MAJOR")
    rm -rf upgrade
    echo "The data is PostgreSQL $PG_MAJOR's."
    exit 0
    ;;
  "$old") ;;
  *) fail "The data is PostgreSQL $(major_of pgdata)'s. Write that version as upgradeFrom." ;;
esac
[ -e upgrade/dumped ] || fail "There is no complete dump."
[ ! -e "pgdata-$old" ] || fail "The volume has a folder pgdata-$old of an earlier upgrade. Remove it, or put it away (docs/database.md)."
rm -rf pgdata.new
initdb --pgdata=pgdata.new --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS > /dev/null
# As the image's own entry point does.
printf '\\nhost all all all scram-sha-256\\n' >> pgdata.new/pg_hba.conf
start pgdata.new
# The superuser is there already.
sed '/^CREATE ROLE postgres;$/d' upgrade/globals.sql | query --file=- > /dev/null
while read -r database; do
  pg_restore --create --exit-on-error --dbname=postgres "upgrade/$database.dump"
  contents "$database" > "/tmp/$database.contents"
  cmp "upgrade/$database.contents" "/tmp/$database.contents" ||
    fail "$database does not hold after the restore what it held before. The old data is untouched."
  echo "$database: $(wc -l < "/tmp/$database.contents") tables and sequences restored, every count equal"
done < upgrade/databases
# Without statistics, the first hours would be slow.
vacuumdb --all --analyze-only --quiet
stop pgdata.new
touch upgrade/restored
sync
mv pgdata "pgdata-$old"
mv pgdata.new pgdata
rm -rf upgrade
sync
echo "PostgreSQL $PG_MAJOR takes over. The data of $old is kept as pgdata-$old."
`;
}
