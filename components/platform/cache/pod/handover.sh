VALKEYCLI_AUTH=$(cat /etc/valkey/password)
export VALKEYCLI_AUTH REDISCLI_AUTH="$VALKEYCLI_AUTH"
is_master() { valkey-cli -p __PORT__ info replication | grep -q '^role:master'; }
is_master || exit 0
valkey-cli -p __SENTINEL_PORT__ sentinel failover main > /dev/null || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10; do
  is_master || exit 0
  sleep 1
done
