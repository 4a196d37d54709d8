mkdir -p __FOLDERS__
while sleep 300; do
  /usr/share/lemonldap-ng/bin/purgeCentralCache || true
  find __STATE__/cache __STATE__/*-locks -type f -mmin +15 -delete || true
done &
exec /usr/sbin/llng-fastcgi-server --foreground --listen 127.0.0.1:9000 --pid /tmp/llng.pid --proc 3
