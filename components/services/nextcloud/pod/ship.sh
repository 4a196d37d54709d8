#!/bin/sh
set -eu
cd /var/www/html
if [ "$1" != "$(cat __SCRIPTS__/release)" ]; then
  echo "The configuration is that of release $(cat __SCRIPTS__/release) by now, and this pod's code of $1: nothing is served with both. The pods of the other release take its place." >&2
  exit 1
fi
server=${2:-$((${POD##*-} + 1))}

rsync -rlD --delete --exclude=/config --exclude=/custom_apps /usr/src/nextcloud/ ./
mkdir -p config custom_apps/.archives
cp /usr/src/nextcloud/config/*.config.php config/
cp __SCRIPTS__/zz-commune.config.php config/
printf '<?php\n$CONFIG = ["serverid" => %d];\n' "$server" > config/zzz-server.config.php
[ -e __DATA__/.ncdata ] || echo '# Nextcloud data directory' > __DATA__/.ncdata
__TRUST__

__REACH_DATABASE__
php __SCRIPTS__/archives.php get
if [ $# = 1 ]; then php __SCRIPTS__/lead.php lead; else php __SCRIPTS__/lead.php follow; fi
sh __SCRIPTS__/step.sh serve
