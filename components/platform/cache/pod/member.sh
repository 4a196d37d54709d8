__MASTER__
now=$(master)
set -- /etc/valkey/valkey.conf --replica-announce-ip "$(address "$MEMBER")"
if [ "$now" != "$MEMBER" ]; then set -- "$@" --replicaof "$(address "$now")" __PORT__; fi
# A connection that was refused while this member had no pod, and made at a later try, keeps the sentinel at its other end
# busy for as long as it lasts (redis#9956, valkey#4766). A sentinel gives a try up after 15 s: after 20, all have ended.
(
  sleep 20
  for port in __PORT__ __SENTINEL_PORT__; do
    valkey-cli -p "$port" client list | sed -n 's/^id=\([0-9]*\) .* name=sentinel-.*/client kill id \1/p' | valkey-cli -p "$port"
  done
) > /dev/null 2>&1 &
unset REDISCLI_AUTH VALKEYCLI_AUTH password
exec valkey-server "$@"
