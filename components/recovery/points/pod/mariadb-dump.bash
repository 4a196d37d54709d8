cd __WORK__
set -a
. ./__REPOSITORY__
set +a
__CONNECT__
__END_WHEN_STILL__
__COUNT_DUMPED__
sql --execute='SELECT VERSION(); SELECT @@server_uid' > __SERVER__
date --utc +%Y-%m-%dT%H:%M:%SZ > __TAKEN_AT__
end_when_still __TOOLS__/restic backup --quiet --json --host "$COMMUNE" --tag dump --retry-lock 2m \
  --stdin-filename "$DATABASE.sql" --stdin-from-command -- \
  mariadb-dump --defaults-file=/tmp/client.cnf --single-transaction --skip-lock-tables --no-tablespaces --hex-blob \
  --skip-extended-insert --no-autocommit "$DATABASE" | tail -n 1 > __DUMP__
id=$(sed 's/.*"snapshot_id":"\([0-9a-f]*\)".*/\1/' __DUMP__)
__TOOLS__/restic dump --quiet "$id" "$DATABASE.sql" | count_dumped > __ROWS__
[ -s __ROWS__ ] || { echo "$DATABASE has no tables: an empty database is no restore point." >&2; exit 1; }
echo "$DATABASE: $(wc -l < __ROWS__) tables dumped, as of $(cat __TAKEN_AT__)"
