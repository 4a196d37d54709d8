__MASTER__
now=$(master)
set -- /etc/valkey/valkey.conf --replica-announce-ip "$(address "$MEMBER")"
if [ "$now" != "$MEMBER" ]; then set -- "$@" --replicaof "$(address "$now")" __PORT__; fi
unset REDISCLI_AUTH VALKEYCLI_AUTH password
exec valkey-server "$@"
