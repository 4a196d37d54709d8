set -eu
conf=/storage/conf
mkdir -p $conf
cp /config/local.protected.php $conf/local.protected.php
# @include plugin.sh@
{ cat /config/acl; [ ! -e $conf/acl.auth.php ] || grep -v '^\*[[:space:]]' $conf/acl.auth.php || :; } > $conf/acl.new
mv $conf/acl.new $conf/acl.auth.php
if [ ! -s $conf/users.auth.php ]; then
  php /config/account.php > $conf/users.new
  chmod 640 $conf/users.new
  mv $conf/users.new $conf/users.auth.php
fi
