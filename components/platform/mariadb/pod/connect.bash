__PATIENTLY__
umask 077
printf '[client]\npassword=%s\n' "$(cat /run/secrets/root/password)" > /tmp/root.cnf
sql() { patiently mariadb --defaults-file=/tmp/root.cnf --host="$HOST" --user=root --connect-timeout=10 "$@"; }
