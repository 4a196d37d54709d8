import { patiently } from "../../foundation/manifest/reach.ts";
import { besideName, wholeMark } from "../../platform/database/exchange.ts";
import { ownTables } from "../../platform/database/tables.ts";
import { pointsFolders, pointsSecrets, workFiles } from "./settings.ts";

/**
 * Brings the rows of a point into the empty database that was made beside the service's, counts each table, and says that
 * it is whole when all counts are the manifest's. Extensions are there already: they are the superuser's, as is PostGIS' table
 * of coordinate systems. A dump is read
 * twice, first for its list, because a pipe cannot be read again.
 */
export const loadScript = `cd ${pointsFolders.work}
export PGPASSWORD="$(cat ${pointsFolders.secrets}/${pointsSecrets.databasePassword})"
set -a
. ./${workFiles.repository}
set +a
name=$PGDATABASE
export PGDATABASE="${besideName("$name", "$POINT")}"
${patiently}
query() { patiently psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\\t' --set=ON_ERROR_STOP=1 "$@"; }
if [ "$(query --command "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")" = ${wholeMark} ]; then
  echo "$PGDATABASE is whole already"
  exit 0
fi
dumped() { timeout 6h ${pointsFolders.tools}/restic dump --quiet "$(cat ${workFiles.snapshot})" "$name.dump"; }
pg_restore --list < <(dumped 2> /dev/null) | grep -v -e ' EXTENSION ' -e ' TABLE DATA [^ ]* spatial_ref_sys ' > list
dumped | pg_restore --exit-on-error --no-owner --use-list=list --dbname="$PGDATABASE"
query > counted << 'SQL'
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  ${ownTables} ORDER BY 1 \\gexec
SQL
diff <(sort ${workFiles.expected}) <(sort counted) >&2 || { echo "$PGDATABASE has not the rows of the point: < is the point, > is what came." >&2; exit 1; }
query --command ANALYZE
query --command "COMMENT ON DATABASE \\"$PGDATABASE\\" IS '${wholeMark}'"
echo "$PGDATABASE: $(wc -l < counted) tables, each with as many rows as the point"
`;
