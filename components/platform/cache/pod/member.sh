__MASTER__
now=$(master)
unset REDISCLI_AUTH VALKEYCLI_AUTH password
set -- /etc/valkey/valkey.conf --replica-announce-ip "$MEMBER"
if [ "$now" != "$MEMBER" ]; then set -- "$@" --replicaof "$now" __PORT__; fi
exec valkey-server "$@"
