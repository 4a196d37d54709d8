set -eu
cd /var/www/html/personnalisation/data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf css docresa images
mv .restored/css .restored/docresa .restored/images .
rm -rf .restored
