umask 077
printf '[client]\npassword=%s\nhost=%s\nuser=%s\n' "$(cat __SECRETS__/__DATABASE_PASSWORD__)" "$HOST" __USER__ > /tmp/client.cnf
sql() { mariadb --defaults-file=/tmp/client.cnf --connect-timeout=10 --batch --skip-column-names "$@"; }
for try in $(seq 60); do sql --execute='DO 0' 2> /tmp/why && break; sleep 1; done
sql --execute='DO 0' 2> /dev/null || { echo "The server does not answer: $(cat /tmp/why)" >&2; exit 1; }
