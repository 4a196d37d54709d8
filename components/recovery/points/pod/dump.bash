cd __WORK__
export PGPASSWORD="$(cat __SECRETS__/__DATABASE_PASSWORD__)"
set -a
. ./__REPOSITORY__
set +a
__PATIENTLY__
__END_WHEN_STILL__
patiently psql --no-psqlrc --quiet --output=/dev/null --command 'SELECT 1'
coproc SESSION { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' --set=ON_ERROR_STOP=1; }
exec 3<&"${SESSION[0]}" 4>&"${SESSION[1]}"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();' >&4
read -r snapshot <&3
date --utc +%Y-%m-%dT%H:%M:%SZ > __TAKEN_AT__
cat >&4 << 'SQL'
\o __SERVER__
SELECT current_setting('server_version');
SELECT system_identifier FROM pg_control_system();
\o __TABLES__
SELECT format('%I.%I', schemaname, tablename), schemaname || '.' || tablename
  __OWN_TABLES__;
\o
\echo listed
SQL
read -r listed <&3
[ "$listed" = listed ] && [ -s __TABLES__ ] || { echo "$PGDATABASE has no tables: an empty database is no restore point." >&2; exit 1; }
__COUNT_COPIED__
mkfifo copied
pg_restore --data-only --file=- < copied | count_copied __TABLES__ > __ROWS__ &
counter=$!
export snapshot
end_when_still __TOOLS__/restic backup --quiet --json --host "$COMMUNE" --tag dump --retry-lock 2m \
  --stdin-filename "$PGDATABASE.dump" --stdin-from-command -- \
  bash -euo pipefail -c 'pg_dump --format=custom --compress=0 --snapshot="$snapshot" | tee copied' | tail -n 1 > __DUMP__
wait "$counter"
echo '\q' >&4
# What is there is read back: a dump without tables has been taken for one before.
id=$(sed 's/.*"snapshot_id":"\([0-9a-f]*\)".*/\1/' __DUMP__)
tables=$(pg_restore --list < <(__TOOLS__/restic dump --quiet "$id" "$PGDATABASE.dump" 2> /dev/null) | grep -c ' TABLE DATA ')
[ "$tables" -gt 0 ] || { echo "The dump of $PGDATABASE has no tables." >&2; exit 1; }
echo "$PGDATABASE: $tables tables with data dumped, of $(wc -l < __ROWS__), as of $(cat __TAKEN_AT__)"
used=($(cut --delimiter=' ' --fields=14-17 /proc/$$/stat))
printf 'dump: done in %d.%02d s of processor time\n' $(((used[0] + used[1] + used[2] + used[3]) / 100)) $(((used[0] + used[1] + used[2] + used[3]) % 100))
