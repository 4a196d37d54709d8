module=/usr/lib/nginx/modules/ngx_stream_module.so
{ [ ! -e $module ] || echo "load_module $module;"; cat << 'END'; } > /tmp/all.conf
__CONFIGURATION__
END
if [ -e /proc/net/if_inet6 ]; then mv /tmp/all.conf /tmp/nginx.conf; else sed '/listen \[::\]/d' /tmp/all.conf > /tmp/nginx.conf; fi
exec nginx -c /tmp/nginx.conf -g 'daemon off;'
