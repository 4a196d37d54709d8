set -eu
documents=/var/www/documents
install=/var/www/html/install
name=@database.name@
umask 077
printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword=%s\n' '@database.host@' '@database.port@' "$name" \
  "$(cat /run/secrets/database/@database.key@)" > /tmp/client.cnf
sql() { mysql --defaults-extra-file=/tmp/client.cnf --default-character-set=utf8mb4 --skip-column-names --batch "$@" "$name"; }
# A network policy takes a moment to reach every node.
tries=0
until sql --execute 'DO 0' 2> /tmp/why; do
  tries=$((tries + 1))
  if [ $tries -gt 60 ]; then cat /tmp/why >&2; exit 1; fi
  sleep 1
done
umask 027

# The image says which version it has (Dockerfile.template).
version=${DOLI_VERSION:?}
value() { sql --execute "SELECT value FROM llx_const WHERE name = '$1' AND entity = 0" 2> /dev/null || :; }

had=$(value MAIN_VERSION_LAST_INSTALL)
if [ -z "$had" ]; then
  # An earlier call may have been interrupted: what is there already is said, and left. What must be there in the end is asked for.
  for kind in tables keys functions data; do
    case $kind in
      tables) files=$(ls $install/mysql/tables/*.sql | grep -v '\.key\.sql$') ;;
      keys) files=$(ls $install/mysql/tables/*.key.sql) ;;
      functions) files=$(ls $install/mysql/functions/*.sql) ;;
      data) files=$(ls $install/mysql/data/*.sql | grep -v llx_accounting_account_) ;;
    esac
    for file in $files; do
      # Comments within the definition of a table are more than the client understands.
      if [ $kind = tables ]; then sed 's/--.*//' "$file"; else sed 's/^--.*//; s/__ENTITY__/1/g' "$file"; fi
      echo
    done | sql --force
  done
  sql --execute "DELETE FROM llx_const WHERE name IN ('MAIN_NOT_INSTALLED', 'MAIN_LANG_DEFAULT')"
  php -d memory_limit=256M /config/first.php
  sql --execute "INSERT INTO llx_const (name, value, type, visible, note, entity) VALUES ('MAIN_VERSION_LAST_INSTALL', '$version', 'chaine', 0, 'Dolibarr version when install', 0)"
else
  last=$(value MAIN_VERSION_LAST_UPGRADE)
  had=${last:-$had}
  if [ "$had" != "$version" ]; then
    if [ "$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1)" = "$had" ]; then
      echo "Dolibarr's tables are of a newer version ($had) than this one ($version): it cannot go back." >&2
      exit 1
    fi
    if [ $((${version%%.*} - ${had%%.*})) -gt 1 ]; then
      echo "Dolibarr's tables are of $had, and this is $version: take the versions one after the other." >&2
      exit 1
    fi
    to=$(echo "$version" | cut -d. -f1-2).0
    touch $documents/upgrade.unlock
    cd $install
    for step in upgrade upgrade2 step5; do
      php -d memory_limit=256M $step.php "$had" "$to" > /tmp/$step.html || { cat /tmp/$step.html >&2; rm -f $documents/upgrade.unlock; exit 1; }
    done
    rm -f $documents/upgrade.unlock
  fi
fi
# Its pages that install, and those that bring modules from outside, stay closed.
touch $documents/install.lock $documents/installmodules.lock
rm -f /tmp/client.cnf
