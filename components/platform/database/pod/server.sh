cd /var/lib/postgresql/data
umask 077
export PGUSER=postgres PGDATABASE=postgres
fail() { echo "$*" >&2; exit 1; }
major_of() { cat "$1/PG_VERSION" 2> /dev/null || true; }
query() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
# On its socket only.
start() {
  pg_ctl --pgdata="$1" --silent --wait --timeout=86400 --log=/tmp/server.log \
    --options="$SETTINGS -c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" \
    start || fail "$(tail -n 20 /tmp/server.log)"
}
stop() { pg_ctl --pgdata="$1" --silent --wait --timeout=86400 --mode=fast stop; }
