# @include environment.sh@
# A network policy takes a moment to reach every node.
tries=0
until pg_isready --quiet --timeout=1 --host=@database.host@ --port=@database.port@; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || { echo 'The database does not answer.' >&2; exit 1; }
  sleep 1
done
/bin/mobilizon eval 'Mobilizon.CLI.run("migrate")'
/bin/mobilizon eval "$(cat /config/administrator.exs)"
