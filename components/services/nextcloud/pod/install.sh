#!/bin/sh
set -eu
cd /var/www/html

__CONFIG_COPY__

# A restore point has version.php and no code, and the entry point looks at version.php alone.
code() {
  signed=/usr/src/nextcloud/core/signature.json
  [ -e "$signed" ] || return 0
  if ! [ -e /var/www/html/custom_apps/.mixed ] && cmp -s core/signature.json "$signed"; then return 0; fi
  echo 'The code on the volume is that of another release: it is put in place anew.'
  mkdir -p custom_apps
  touch /var/www/html/custom_apps/.mixed
  rsync -rlD --delete --exclude-from=/upgrade.exclude /usr/src/nextcloud/ ./
  rm /var/www/html/custom_apps/.mixed
}

(
  flock 9
  mend
  if installed; then
    keep
    if cmp -s version.php /usr/src/nextcloud/version.php; then code; else echo upgrade > /var/www/html/custom_apps/.unfinished; fi
    exit 0
  fi
  if [ "$(cat /var/www/html/custom_apps/.unfinished 2> /dev/null)" = installation ] || [ -e config/CAN_INSTALL ]; then
    echo 'An installation did not end: what is half there is removed, and it begins again.'
    php __SCRIPTS__/half.php remove
    rm -rf config version.php
  else
    php __SCRIPTS__/half.php none
  fi
  mkdir -p custom_apps
  echo installation > /var/www/html/custom_apps/.unfinished
) 9>> /var/www/html/nextcloud-init-sync.lock

exec /entrypoint.sh true
