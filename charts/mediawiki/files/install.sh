set -eu
run='php /var/www/html/maintenance/run.php'
kept=/data/version
mkdir -p /data/images /data/cache
version=$(sed -n "s/.*'MW_VERSION', '\([0-9.]*\).*/\1/p" /var/www/html/includes/Defines.php)
[ -n "$version" ]
state=$(php /config/state.php)
if [ "$state" = none ]; then
  # It wants to write settings too, and takes none that are there. Where an earlier call was interrupted it complains of tables, and goes on.
  MW_CONFIG_FILE=/nonexistent $run install --confpath /tmp --lang fr --scriptpath '' --server https://@host@ \
    --dbserver @database.host@:@database.port@ --dbname @database.name@ --dbuser @database.name@ \
    --dbpassfile /run/secrets/database/@database.key@ --passfile /run/secrets/admin/@admin.key@ \
    Wiki @admin.user@ || :
  rm -f /tmp/LocalSettings.php
  [ "$(php /config/state.php)" = there ]
else
  had=$(cat $kept 2> /dev/null || echo 0)
  if [ "$had" != "$version" ]; then
    if [ "$(printf '%s\n%s\n' "$had" "$version" | sort -V | tail -n 1)" = "$had" ]; then
      echo "The wiki's tables are of a newer MediaWiki ($had) than this one ($version): it cannot go back." >&2
      exit 1
    fi
    $run update --quick
  fi
fi
echo "$version" > $kept
