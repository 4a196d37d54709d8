set -o pipefail
export LC_ALL=C
database=$1 moment=$2
folder="$(dirname "$PGDATA")/__DUMPS__"
dump="$folder/$database-$moment.dump" counts="$folder/$database-$moment.counts"
beside="$database-point-$moment"
count() { psql --username=postgres --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' --set=ON_ERROR_STOP=1 --dbname="$1" << 'SQL'
__COUNT_ROWS__
SQL
}
query() { psql --username=postgres --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$beside" --command "$1"; }
if [ "$(query "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")" != __WHOLE_MARK__ ]; then
  pg_restore --list "$dump" | grep -v ' EXTENSION ' > "/tmp/$beside.list"
  pg_restore --username=postgres --exit-on-error --no-owner --role="$database" --use-list="/tmp/$beside.list" --jobs=__JOBS__ \
    --dbname="$beside" "$dump"
  rm "/tmp/$beside.list"
  diff <(sort "$counts") <(count "$beside" | sort) >&2 || { echo "$beside has not the rows of the moment: < is the moment, > is what came." >&2; exit 1; }
  query ANALYZE
  query "COMMENT ON DATABASE \"$beside\" IS '__WHOLE_MARK__'"
fi
join -t $'\t' -a 1 -a 2 -e 0 -o 0,1.2,2.2 <(sort "$counts") <(count "$database" | sort) |
  while IFS=$'\t' read -r table was is; do
    if [ "$was" != "$is" ]; then printf '%s\t%s\t%s\n' "$table" "$was" "$is"; fi
  done
