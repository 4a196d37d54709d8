__PATIENTLY__
ldap() { patiently "$@" -o nettimeout=5 -x -H "$SERVER" -D "$MANAGER" -y /run/secrets/manager/password; }
result=0
ldap ldapadd -c -f /etc/directory/entries.ldif > /tmp/added 2>&1 || result=$?
case $result in
  0 | 68) ;;
  *) cat /tmp/added >&2; exit "$result" ;;
esac
! grep -E '^ldap_add: ' /tmp/added | grep -vF 'Already exists (68)' >&2
