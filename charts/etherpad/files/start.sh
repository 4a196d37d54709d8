set -eu
mkdir -p /opt/etherpad-lite/var/js
printf '{"plugins":[]}' > /opt/etherpad-lite/var/installed_plugins.json
BOARD_PASSWORD=$(cat /run/secrets/admin/@admin.key@)
DATABASE_PASSWORD=$(cat /run/secrets/database/@database.key@)
# @include password.sh@
export BOARD_PASSWORD DATABASE_PASSWORD NODE_ENV=production
cd /opt/etherpad-lite/src
exec node --require tsx/cjs node/server.ts --settings /config/settings.json --apikey /run/secrets/admin/@admin.key@
