#!/bin/sh
set -eu
cd /var/www/html
exec 9>> /var/www/html/nextcloud-init-sync.lock
flock 9

__CONFIG_COPY__

__STATE__

fail() {
  echo "$*" >&2
  exit 1
}

mend
php __SCRIPTS__/own-keys.php
copy __SCRIPTS__/zz-commune.config.php config/zz-commune.config.php
chmod 0640 config/zz-commune.config.php
keep

[ "$(state installed)" = true ] ||
  fail 'Nextcloud does not answer: the lines above say why. It is asked again by itself.'
rm -f config/CAN_INSTALL

if [ "$(state needsDbUpgrade)" = true ]; then
  echo 'An upgrade did not end: it goes on now.'
  echo upgrade > /var/www/html/custom_apps/.unfinished
  sh __SCRIPTS__/apps.sh place
  php occ upgrade --no-interaction ||
    fail 'The upgrade failed: the lines above say where. Nothing is served meanwhile, and nobody can write. It is tried again by itself; to go back instead: npx commune undo (docs/nextcloud.md, "An upgrade that fails").'
fi
if [ -e /var/www/html/custom_apps/.unfinished ]; then
  # Where nobody has files yet there is nothing to repair, but the setup checks want to hear that all types are known.
  [ "$(cat /var/www/html/custom_apps/.unfinished)" != installation ] || php occ maintenance:repair --include-expensive > /dev/null ||
    echo 'maintenance:repair failed; the setup checks say what is left'
  # Both turn it on, and may have been cut short before they turned it off.
  php occ maintenance:mode --off
fi

__SETTLE__
# Whatever was written meanwhile: nothing of the toolkit's, above all no secret, stays in config.php.
php __SCRIPTS__/own-keys.php
keep
rm -f /var/www/html/custom_apps/.unfinished
