set -eu
data=/var/lib/paheko
rm -rf $data/.copy
mkdir $data/.copy
php /usr/share/paheko/bin/paheko db backup $data/.copy/association.sqlite >&2
tar -C $data/.copy -c association.sqlite
rm -rf $data/.copy
