__CONTENTS__

if [ "$(major_of pgdata)" != "$PG_MAJOR" ]; then
  echo "The data is not PostgreSQL $PG_MAJOR's: there is nothing to dump."
  exit 0
fi
rm -rf upgrade pgdata.new
used=$(du -sm pgdata | cut -f 1) free=$(df --output=avail --block-size=1M . | tail -n 1)
[ "$free" -ge $((used * 2)) ] ||
  fail "The upgrade needs $((used * 2)) MiB beside the data, and the volume has $free MiB left. Nothing was changed. Raise the storage of the database, or go back to version \"$PG_MAJOR\" (docs/database.md)."
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
