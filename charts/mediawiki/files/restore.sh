set -eu
cd /data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf images version
mv .restored/images .restored/version .
rm -rf .restored
