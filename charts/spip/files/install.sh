set -eu
cd /var/lib/spip
mkdir -p IMG config local tmp
rm -rf tmp/cache tmp/meta_cache.php tmp/*.out local/cache-css local/cache-js
php /config/install.php tables
php /config/install.php plugins
