umask 077
ulimit -n 1024
exec slapd -d none -h "ldap://:__PORT__ __SOCKET__" -f /etc/directory/slapd.conf
