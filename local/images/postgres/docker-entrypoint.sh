#!/bin/bash
# Same contract as the official image: https://github.com/docker-library/docs/blob/master/postgres/content.md
set -euo pipefail

fail() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

# setting NAME [default]: takes NAME from the file that NAME_FILE names, when that is set instead.
setting() {
  local name=$1 file="${1}_FILE" value=${2:-}
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
    fail "both $name and $file are set (but are exclusive)"
  fi
  if [ -n "${!name:-}" ]; then
    value=${!name}
  elif [ -n "${!file:-}" ]; then
    value=$(< "${!file}")
  fi
  export "$name=$value"
  unset "$file"
}

wants_help() {
  local argument
  for argument; do
    case $argument in
      -\? | --help | --describe-config | -V | --version) return 0 ;;
    esac
  done
  return 1
}

as_root_prepare_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 0700 "$PGDATA" || true
  chmod 3775 /var/run/postgresql || true
  find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
  find /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    find "$POSTGRES_INITDB_WALDIR" ! -user postgres -exec chown postgres '{}' +
    chmod 0700 "$POSTGRES_INITDB_WALDIR"
  fi
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    cat >&2 << 'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser, or POSTGRES_HOST_AUTH_METHOD=trust to accept every
       connection without a password, which is not recommended.
TEXT
    exit 1
  fi
  if [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ]; then
    echo 'WARNING: POSTGRES_HOST_AUTH_METHOD=trust lets anyone who reaches this server in without a password.' >&2
  fi
}

initialize() {
  local waldir=()
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then waldir=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") "${waldir[@]}" '"$POSTGRES_INITDB_ARGS"
  local method=${POSTGRES_HOST_AUTH_METHOD:-}
  if [ -z "$method" ]; then method=$(postgres -C password_encryption "${@:2}"); fi
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
}

# The server of the initialization listens on its socket only, so that no client sees a half-made database.
temporary_server() {
  NOTIFY_SOCKET='' PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" \
    -o "$(printf '%q ' "${@:2}" -c listen_addresses='' -p "${PGPORT:-5432}")" -w start
}

sql() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" "$@"
}

create_database() {
  if [ "$POSTGRES_DB" = postgres ]; then return; fi
  local found
  found=$(printf "SELECT 1 FROM pg_database WHERE datname = :'db';" | sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only)
  if [ -z "$found" ]; then
    printf 'CREATE DATABASE :"db";' | sql --dbname postgres --set db="$POSTGRES_DB"
  fi
}

run_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        echo "$0: running $file"
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
      *.sql) echo "$0: running $file" && sql --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) echo "$0: running $file" && gunzip -c "$file" | sql --dbname "$POSTGRES_DB" ;;
      */\*) ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ] && ! wants_help "$@"; then
  if [ "$(id -u)" = 0 ]; then
    as_root_prepare_folders
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
  fi
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" || true
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    require_password
    initialize "$@"
    export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
    temporary_server "$@"
    create_database
    run_scripts
    PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
fi

exec "$@"
