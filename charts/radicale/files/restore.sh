set -eu
cd /var/lib/radicale
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf collections
mv .restored/collections collections
rm -rf .restored
