#!/bin/sh
set -eu
cd /var/www/html
{ read -r documents; read -r agenda; } < __SCRIPTS__/sharing.txt

account=__RECONCILER_ACCOUNT__
OC_PASS=$(cat __SECRETS__/federation-password)
export OC_PASS
# Each step for itself: a start that is cut short between two of them is completed by the next.
if known=$(php occ user:info --output=json "$account" 2> /dev/null); then
  php occ user:resetpassword --password-from-env "$account"
else
  php occ user:add --password-from-env --display-name="Nuages des communes" "$account"
fi
unset OC_PASS
if ! echo "$known" | tail -n 1 |
  php -r 'exit(in_array($argv[1], json_decode(stream_get_contents(STDIN), true)["groups"] ?? [], true) ? 0 : 1);' "$account"; then
  # 1: it is there already.
  php occ group:add "$account" || [ $? = 1 ]
  php occ group:adduser "$account" "$account"
fi
# Asked first: not every version refuses a second time, and each adds a row. 4: it is delegated already.
if [ "$(php __SCRIPTS__/delegated.php "$account")" = 0 ]; then
  php occ admin-delegation:add 'OCA\Federation\Settings\Admin' "$account" || [ $? = 4 ] ||
    echo "$account: may not change trusted servers; documents stay unlinked"
fi

php occ config:app:set files_sharing outgoing_server2server_share_enabled --value="$documents"
php occ config:app:set files_sharing incoming_server2server_share_enabled --value="$documents"
php occ config:app:set dav enableCalendarFederation --type=boolean --value="$agenda"

if [ -f __SCRIPTS__/__AUTHORITY_KEY__ ]; then
  cat /etc/ssl/certs/ca-certificates.crt __SCRIPTS__/__AUTHORITY_KEY__ > __AUTHORITIES__
  php occ security:certificates:import __SCRIPTS__/__AUTHORITY_KEY__
elif php occ security:certificates --output=json | grep -q '"__AUTHORITY_KEY__"'; then
  php occ security:certificates:remove __AUTHORITY_KEY__
fi
