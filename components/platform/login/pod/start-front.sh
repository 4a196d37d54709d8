config=/etc/login/nginx.conf
if [ ! -e /proc/net/if_inet6 ]; then sed '/listen \[::\]/d' $config > /tmp/nginx.conf; config=/tmp/nginx.conf; fi
exec nginx -c $config
