VALKEYCLI_AUTH=$(cat /etc/valkey/password)
export VALKEYCLI_AUTH REDISCLI_AUTH="$VALKEYCLI_AUTH"
replication() { valkey-cli -p __PORT__ info replication | tr -d '\r'; }
replication | grep -q '^role:master' || exit 0
own=$(valkey-cli -p __PORT__ config get replica-announce-ip | tail -n 1)
others=$(replication | sed -n 's/^slave[0-9]*:ip=\([^,]*\),.*/\1/p')
# Whoever takes over has all that was acknowledged: nothing more is, and a follower has the rest in a moment.
valkey-cli -p __PORT__ client pause 25000 write > /dev/null
followed() {
  replication | awk -F: '/^slave[0-9]/ { held = held $0 } /^master_repl_offset/ { own = $2 } END { exit held !~ "offset=" own "," }'
}
for _ in 1 2 3 4 5; do
  if followed; then break; fi
  sleep 0.5
done
# The sentinel of this pod ends in the same moment: another one is asked.
handed_over() {
  for other in $others; do
    now=$(timeout 2 valkey-cli -h "$other" -p __SENTINEL_PORT__ sentinel get-master-addr-by-name main | head -n 1)
    # By its name to a sentinel of a former version.
    if [ "$now" = "$own" ] || [ "$now" = "$MEMBER" ]; then
      timeout 2 valkey-cli -h "$other" -p __SENTINEL_PORT__ sentinel failover main > /dev/null
      return 1
    fi
    if [ -n "$now" ]; then
      valkey-cli -p __PORT__ replicaof "$now" __PORT__ > /dev/null
      return 0
    fi
  done
  return 1
}
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
  if handed_over; then break; fi
  sleep 0.5
done
# Until the proxies have sent everybody there: a client that this server sends away finds nobody yet.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  if [ "$(valkey-cli -p __PORT__ client list type normal | grep -vc name=sentinel-)" -le 1 ]; then exit 0; fi
  sleep 0.5
done
