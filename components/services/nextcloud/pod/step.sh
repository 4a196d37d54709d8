#!/bin/sh
set -eu
cd /var/www/html
code=$(php -r 'require "/usr/src/nextcloud/version.php"; echo implode(".", $OC_Version);')

# Writes the part of the configuration that says what the rows are: their version, and whether it may be written.
configure() {
  printf "<?php\n\$CONFIG = ['installed' => true, 'version' => '%s', 'config_is_read_only' => %s];\n" "$1" "$2" > config/config.php.new
  chmod 0640 config/config.php.new
  mv config/config.php.new config/config.php
}

case $1 in
  clear)
    echo 'An installation did not end: what is half there is removed, and it begins again.'
    php __SCRIPTS__/half.php remove
    ;;
  install)
    rm -f config/config.php version.php
    touch config/CAN_INSTALL
    NEXTCLOUD_UPDATE=1 /entrypoint.sh true
    php occ maintenance:repair --include-expensive > /dev/null ||
      echo 'maintenance:repair failed; the setup checks say what is left'
    ;;
  upgrade)
    configure "$2" false
    sh __SCRIPTS__/apps.sh place
    php occ upgrade --no-interaction || {
      echo 'The upgrade failed: the lines above say where. Nothing is served meanwhile, and nobody can write. It is tried again by itself (docs/nextcloud.md, "Files in a bucket").' >&2
      exit 1
    }
    ;;
  settle)
    configure "$code" false
    __SETTLE__
    ;;
  serve)
    configure "$code" false
    sh __SCRIPTS__/apps.sh place
    while read -r id _ url <&3; do
      if [ -n "$url" ] && ! [ -d "custom_apps/$id" ]; then
        echo "app $id: it is not in place, and servers with different apps break each other's data; the lines above say why." >&2
        exit 1
      fi
    done 3< __SCRIPTS__/apps.txt
    configure "$code" true
    ;;
esac
