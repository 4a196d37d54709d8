#!/bin/bash
# Same contract as the official image: https://github.com/dokuwiki/docker
set -eu

web=/var/www/html
mkdir -p /storage/data /storage/conf /storage/lib/plugins /storage/lib/tpl
# The manual is of the image's version; what people wrote has other names.
cp -r $web/data.core/. /storage/data
ln -sfn $web/conf.core/license.php /storage/conf/license.php
# Extensions of the image are links, so that another version of it brings its own.
for kind in plugins tpl; do
  for extension in $web/lib/$kind.core/*; do
    place=/storage/lib/$kind/${extension##*/}
    [ -L "$place" ] || rm -rf "$place"
    ln -sfn "$extension" "$place"
  done
done

# Variables that are not set are nothing to it.
set +u
. /etc/apache2/envvars
mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"
exec apache2 -D FOREGROUND
