#!/bin/sh
set -eu
major() { php -r 'require $argv[1]; echo $OC_Version[0];' "$1/version.php"; }

if ! [ -f /var/www/html/version.php ]; then
  echo 'Nothing is installed yet.'
  exit 0
fi
old=$(major /var/www/html) new=$(major /usr/src/nextcloud)
if [ "$new" -le "$old" ]; then
  echo "Nextcloud $old stays Nextcloud $old."
  exit 0
fi
tries=0
while [ "$tries" -lt 180 ]; do
  left=$(php __SCRIPTS__/migrations.php || true)
  if [ "$left" = 0 ]; then
    echo "Nextcloud $old has ended its background migrations."
    exit 0
  fi
  echo "Nextcloud $old has background migrations under way: ${left:-the database does not answer yet}"
  tries=$((tries + 1))
  sleep 10
done
echo "Nextcloud $old has not ended its background migrations in half an hour: it goes on serving, and Nextcloud $new is not started. See what they are: php occ background-job:list --class='OC\Migration\BackgroundRepair' (docs/nextcloud.md, \"Background migrations\")." >&2
exit 1
