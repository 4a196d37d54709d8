set -eu
cd /var/www/galette/data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf attachments documents files photos
mv .restored/attachments .restored/documents .restored/files .restored/photos .
rm -rf .restored
