set -eu
cd /usr/src/app/storage
rm -rf .restored
mkdir .restored
tar -x -C .restored
find . -mindepth 1 -maxdepth 1 ! -name .restored -exec rm -rf {} +
find .restored -mindepth 1 -maxdepth 1 -exec mv {} . ';'
rmdir .restored
