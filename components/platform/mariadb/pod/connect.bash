umask 077
printf '[client]\npassword=%s\n' "$(cat /run/secrets/root/password)" > /tmp/root.cnf
sql() { mariadb --defaults-file=/tmp/root.cnf --host="$HOST" --user=root --connect-timeout=10 "$@"; }
until sql --execute='DO 0' 2> /tmp/why; do sleep 1; done
