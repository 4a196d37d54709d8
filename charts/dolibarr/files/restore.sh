set -eu
cd /var/www/documents
rm -rf .restored
mkdir .restored
tar -x -C .restored
find . -mindepth 1 -maxdepth 1 ! -name .restored -exec rm -rf {} +
# Not the folder of the volume itself, whose dates are not this user's to set.
find .restored -mindepth 1 -maxdepth 1 -exec mv -t . {} +
rm -rf .restored
