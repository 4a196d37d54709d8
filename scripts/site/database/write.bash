# Writes one number after another, each in a connection of its own, and says which was acknowledged, and when: "<number>
# <milliseconds>", or "- <milliseconds> <why not>". Nothing cuts a write on the server: what is cut while it waits for
# another server is committed on this one, and said to be done.
export PGCONNECT_TIMEOUT=2 PGAPPNAME=site-check
run() { timeout 8 "/usr/lib/postgresql/$PG_MAJOR/bin/psql" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
until run --command='CREATE TABLE IF NOT EXISTS written (number bigint PRIMARY KEY)' 2> /dev/null; do sleep 1; done
number=0
while true; do
  number=$((number + 1))
  if run --command="INSERT INTO written VALUES ($number)" 2> /tmp/said; then
    echo "$number $(date +%s%3N)"
  else
    echo "- $(date +%s%3N) $(head -c 160 /tmp/said | tr '\n' ' ')"
    sleep 0.2
  fi
done
