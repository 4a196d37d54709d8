set -eu
cd /var/lib/paheko
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf association.sqlite association.sqlite-journal association.sqlite-wal association.sqlite-shm
mv .restored/association.sqlite .
rm -rf .restored
