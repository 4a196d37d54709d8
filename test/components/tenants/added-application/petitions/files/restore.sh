set -eu
cd /var/lib/petitions
find . -mindepth 1 -delete
tar -x
