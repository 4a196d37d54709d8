set -o pipefail
export LC_ALL=C
database=$1 moment=$2
folder="$(dirname "$PGDATA")/__DUMPS__"
dump="$folder/$database-$moment.dump" counts="$folder/$database-$moment.counts"
beside="$database-point-$moment"
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' --set=ON_ERROR_STOP=1 "$@"; }
# What is in a database runs as whoever looks at it: that is who owns it.
count() { ask --username="$2" --dbname="$1" << 'SQL'
__COUNT_ROWS__
SQL
}
superuser() { PGOPTIONS='__SUPERUSER_OPTIONS__' ask --username=postgres --dbname=postgres --command "$1"; }
if [ "$(superuser "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$beside'")" != __WHOLE_MARK__ ]; then
  pg_restore --list "$dump" | grep -v -e ' EXTENSION ' -e ' DEFAULT ACL ' > "/tmp/$beside.list"
  pg_restore --username="$beside" --exit-on-error --no-owner --use-list="/tmp/$beside.list" --jobs=__JOBS__ \
    --dbname="$beside" "$dump"
  rm "/tmp/$beside.list"
  diff <(sort "$counts") <(count "$beside" "$beside" | sort) >&2 || { echo "$beside has not the rows of the moment: < is the moment, > is what came." >&2; exit 1; }
  ask --username="$beside" --dbname="$beside" --command 'SET client_min_messages = error' --command ANALYZE
  superuser "COMMENT ON DATABASE \"$beside\" IS '__WHOLE_MARK__'"
fi
join -t $'\t' -a 1 -a 2 -e 0 -o 0,1.2,2.2 <(sort "$counts") <(count "$database" "$database" | sort) |
  while IFS=$'\t' read -r table was is; do
    if [ "$was" != "$is" ]; then printf '%s\t%s\t%s\n' "$table" "$was" "$is"; fi
  done
