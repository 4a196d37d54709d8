set -eu
cd /var/lib/spip
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf IMG config tmp/cache tmp/meta_cache.php
mv .restored/IMG .restored/config .
rm -rf .restored
