set -eu
cd /storage
rm -rf .restored
mkdir .restored
tar -x -C .restored
kept=''
# @include kept.sh@
rm -rf $kept data/cache data/index
# Not the folder of the volume itself, whose dates are not this user's to set.
cp -a .restored/* .
rm -rf .restored
