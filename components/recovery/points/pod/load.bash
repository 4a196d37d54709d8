cd __WORK__
export PGPASSWORD="$LOADER_PASSWORD"
set -a
. ./__REPOSITORY__
set +a
name=$PGDATABASE
export PGDATABASE="__BESIDE__" PGUSER="__BESIDE__"
__PATIENTLY__
__END_WHEN_STILL__
query() { patiently psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' --set=ON_ERROR_STOP=1 "$@"; }
if [ "$(query --command "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")" = __WHOLE_MARK__ ]; then
  echo "$PGDATABASE is whole already"
  exit 0
fi
dumped() { end_when_still __TOOLS__/restic dump --quiet --no-lock "$(cat __SNAPSHOT__)" "$name.dump"; }
# Whoever reads no more ends the program that writes.
{ dumped 2> /dev/null || true; } | head --bytes=64M > /tmp/beginning
pg_restore --list /tmp/beginning | grep -v -e ' EXTENSION ' -e ' DEFAULT ACL ' -e ' TABLE DATA [^ ]* spatial_ref_sys ' > list
restored() { pg_restore --exit-on-error --no-owner --use-list=list --dbname="$PGDATABASE" "$@"; }
dumped | restored --section=pre-data --section=data
restored --section=post-data --jobs=__JOBS__ /tmp/beginning
query > counted << 'SQL'
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  __OWN_TABLES__ ORDER BY 1 \gexec
SQL
diff <(sort __EXPECTED__) <(sort counted) >&2 || { echo "$PGDATABASE has not the rows of the point: < is the point, > is what came." >&2; exit 1; }
query --command ANALYZE
query --command "COMMENT ON DATABASE \"$PGDATABASE\" IS '__WHOLE_MARK__'"
echo "$PGDATABASE: $(wc -l < counted) tables, each with as many rows as the point"
