__PATIENTLY__
umask 077
printf '[client]\npassword=%s\nhost=%s\nuser=%s\n' "__PASSWORD__" "$HOST" "__USER__" > /tmp/client.cnf
sql() { patiently mariadb --defaults-file=/tmp/client.cnf --connect-timeout=10 --batch --skip-column-names "$@"; }
