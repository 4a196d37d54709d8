#!/bin/sh
set -eu
cd /var/www/html
exec 9>> /var/www/html/nextcloud-init-sync.lock
if ! flock -s -n 9; then
  echo 'An installation or an upgrade is under way: no background jobs now.'
  exit 0
fi
__REACH_DATABASE__
sh __SCRIPTS__/apps.sh late
__JOBS__
