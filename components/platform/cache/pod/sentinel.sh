umask 077
__MASTER__
mkdir -p /data/sentinel
cd /data/sentinel
now=$(master)
# Who it is stays. What it knew of the others counts as long as they are about the same master, at the same addresses.
known=myid
if [ "$now" = "$(last_master)" ] && [ "$members" = "$(cat members 2> /dev/null)" ]; then
  known='myid|current-epoch|config-epoch main|leader-epoch main|known-replica main|known-sentinel main'
fi
kept=$(grep -E "^sentinel ($known) " sentinel.conf 2> /dev/null || true)
# A sentinel of a former version says names, until it is replaced too.
cat > sentinel.conf.new << CONF
port __SENTINEL_PORT__
protected-mode no
dir /tmp
requirepass $password
sentinel resolve-hostnames yes
sentinel announce-ip $(address "$MEMBER")
sentinel sentinel-pass $password
sentinel monitor main $(address "$now") __PORT__ __QUORUM__
sentinel auth-pass main $password
sentinel down-after-milliseconds main 5000
sentinel failover-timeout main 10000
sentinel parallel-syncs main 2
$kept
CONF
echo "$members" > members
mv sentinel.conf.new sentinel.conf
unset REDISCLI_AUTH VALKEYCLI_AUTH password
exec valkey-server /data/sentinel/sentinel.conf --sentinel
