__CONTENTS__

old=__FROM__
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
printf '\nhost all all all scram-sha-256\n' >> pgdata.new/pg_hba.conf
start pgdata.new
# The superuser is there already.
sed '/^CREATE ROLE postgres;$/d' upgrade/globals.sql | query --file=- > /dev/null
while read -r database; do
  dump="upgrade/$database.dump"
  rm -rf /tmp/parts
  mkdir /tmp/parts
  pg_restore --list --create "$dump" | grep -E '^[0-9]+; [0-9]+ [0-9]+ ((COMMENT|ACL|SECURITY LABEL) - )?DATABASE ' > /tmp/parts/database
  pg_restore --create --exit-on-error --use-list=/tmp/parts/database --dbname=postgres "$dump"
  owner=$(echo "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = :'name'" | query --set=name="$database")
  # Rows, indexes and constraints run code of whoever made them: all that somebody owns is brought back by them, in its order.
  pg_restore --list "$dump" | awk -v owner="$owner" '
__PARTS__'
  for part in /tmp/parts/*.*; do
    pg_restore --username="${part#/tmp/parts/*.}" --exit-on-error --jobs=__JOBS__ --use-list="$part" --dbname="$database" "$dump"
  done
  contents "$database" > "/tmp/$database.contents"
  cmp "upgrade/$database.contents" "/tmp/$database.contents" ||
    fail "$database does not hold after the restore what it held before. The old data is untouched."
  echo "$database: $(wc -l < "/tmp/$database.contents") tables and sequences restored, every count equal"
  # Without statistics, the first hours would be slow.
  query --username="$owner" --dbname="$database" --command='SET client_min_messages = error' --command=ANALYZE
done < upgrade/databases
stop pgdata.new
touch upgrade/restored
sync
mv pgdata "pgdata-$old"
mv pgdata.new pgdata
rm -rf upgrade
sync
echo "PostgreSQL $PG_MAJOR takes over. The data of $old is kept as pgdata-$old."
