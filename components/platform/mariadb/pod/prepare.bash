umask 077
data=__DATA_FOLDER__ socket=/run/mysqld/prepare.sock
fail() { echo "$*" >&2; exit 1; }
# The first version in a text, and the same as a number: 11.8.9 is 110809.
version_in() { grep -oEm1 '[0-9]+\.[0-9]+\.[0-9]+' || true; }
number() { echo "$1" | awk -F. '{ print $1 * 10000 + $2 * 100 + $3 }'; }
has=$(mariadbd --no-defaults --version | version_in)

password=$(cat /run/secrets/mariadb/password)
cat > __INIT_FILE__ << SQL
CREATE USER IF NOT EXISTS 'root'@'localhost', 'root'@'%';
ALTER USER 'root'@'localhost' IDENTIFIED BY '$password', 'root'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION;
GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;
DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '%'));
FLUSH PRIVILEGES;
SQL

if [ ! -d "$data" ]; then
  rm -rf "$data.new"
  mariadb-install-db --no-defaults --datadir="$data.new" --auth-root-authentication-method=normal \
    --skip-test-db --skip-name-resolve --force > /tmp/install.log 2>&1 || fail "$(tail -n 20 /tmp/install.log)"
  echo "$has-MariaDB" > "$data.new/mariadb_upgrade_info"
  mv "$data.new" "$data"
fi

had=$(cat "$data/mariadb_upgrade_info" 2> /dev/null | version_in) || true
[ -n "$had" ] || fail "$data/mariadb_upgrade_info does not say which MariaDB its data is of."
if [ "$(number "$had")" -gt "$(number "$has")" ]; then
  fail "The data is of MariaDB $had, and this server is $has: it cannot go back. Use the toolkit of before, or a newer one."
fi
[ "$(number "$had")" -lt "$(number "$has")" ] || exit 0

mariadbd --no-defaults --datadir="$data" --socket="$socket" --skip-networking --init-file=__INIT_FILE__ > /tmp/upgrade.log 2>&1 &
server=$!
export MYSQL_PWD=$password
until mariadb-admin --no-defaults --socket="$socket" --user=root status > /dev/null 2>&1; do
  kill -0 $server 2> /dev/null || fail "$(tail -n 20 /tmp/upgrade.log)"
  sleep 1
done
mariadb-upgrade --no-defaults --socket="$socket" --user=root || fail "The data of MariaDB $had could not be upgraded to $has."
mariadb-admin --no-defaults --socket="$socket" --user=root shutdown
wait $server
echo "$has-MariaDB" > "$data/mariadb_upgrade_info"
echo "The data of MariaDB $had is of $has now."
